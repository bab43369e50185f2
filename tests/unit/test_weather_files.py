"""Readers of weather files, on rows as the files' makers write them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from warmtenet.model.errors import InvalidInputError
from warmtenet.profiles.weather_files import read_weather_file

KNMI_HEAD = """\
# BRON: KONINKLIJK NEDERLANDS METEOROLOGISCH INSTITUUT (KNMI)
# Opmerking: door stationsverplaatsingen kunnen deze tijdreeksen inhomogeen zijn.
#
# STN      LON(east)   LAT(north)     ALT(m)  NAME
# 380:         5.762       50.906     114.30  MAASTRICHT
#
# YYYYMMDD = datum (YYYY=jaar,MM=maand,DD=dag);
# HH       = tijd (HH uur/hour, UT. 12 UT=13 MET, 14 MEZT);
# T        = Temperatuur (in 0.1 graden Celsius) op 1.50 m hoogte tijdens de waarneming;
#
# STN,YYYYMMDD,   HH,   DD,   FH,   FF,   FX,    T,  T10,   TD,   \
SQ,    Q,   DR,   RH,    P,   VV,    N,    U

"""

EPW_HEAD = """\
LOCATION,MAASTRICHT,-,NLD,IWEC Data,063800,50.92,5.78,{zone},114.0
DESIGN CONDITIONS,0
TYPICAL/EXTREME PERIODS,0
GROUND TEMPERATURES,0
HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0
COMMENTS 1,IWEC- WMO#063800 - Europe
COMMENTS 2, -- Ground temps produced with a standard soil diffusivity
DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31
"""

TRY_2010_HEAD = """\
TRY05   Niederrheinisch-westfälische Bucht und Emsland                     (Klimaregion  5)
Station: Essen                           WMO-Nummer: 10410
Art des TRY    : mittleres Jahr

Reihenfolge der Parameter:
t  Lufttemperatur in 2m Höhe über Grund                        [°C]


RG    IS  MM  DD  HH  N   WR      WG       t       p        \
x   RF   W     B     D IK    A      E IL
***
"""

TRY_2017_HEAD = """\
Koordinatensystem : Lambert konform konisch
Rechtswert        : 4026500 Meter
Hochwert          : 3109500 Meter
Art des TRY       : mittleres Jahr
Bezugszeitraum    : 1995-2012

Format: (i7,1x,i7,1x,i2,1x,i2,1x,i2,1x,f5.1,1x,i4,1x,3i,1x,f4.1,1x,i1,1x,f4.1,1x,i3)

RW      HW      MM DD HH     t    p  WR   WG N    x  RF    B    D   A    E IL
***
"""


def knmi_rows(times: pd.DatetimeIndex, temperature: Callable[[int], int]) -> str:
    """Rows of hourly values; ``times`` are ends of hours in UT."""
    lines = []
    for place, time in enumerate(times):
        day = time - pd.Timedelta(hours=1)
        lines.append(
            f"  380,{day:%Y%m%d},{day.hour + 1:5d},  220,   50,   50,   90,"
            f"{temperature(place):5d},     ,   12,    0,   36,    0,    0,10102,   65,    8,   91"
        )
    return "\n".join(lines) + "\n"


def write_knmi(path: Path, first: str, last: str, temperature: Callable[[int], int]) -> Path:
    ends = pd.date_range(first, last, freq="h")
    path.write_text(KNMI_HEAD + knmi_rows(ends, temperature))
    return path


def epw_row(hour: int, dry_bulb: float) -> str:
    return (
        f"1983,1,1,{hour % 24 + 1},60,A7A7A7A7*0?9?9?9?9?9?9?9A7A7A7A7A7A7*0E8*0*0,"
        f"{dry_bulb},4.1,88,"
        "100500,0,1415,310,120,0,0,0,0,0,0,220,5.1,8,8,9.0,600,0,999999999,110,0.0,0,88,0,0.0,0.0"
    )


def test_knmi_hours_are_shifted_from_ut_to_cet(tmp_path: Path) -> None:
    file = write_knmi(
        tmp_path / "uurgeg_380.txt",
        "2010-12-31 21:00",
        "2012-01-01 00:00",
        lambda place: place % 300,
    )
    year = read_weather_file(file, "auto", 2011)

    # The row of 1 January, HH = 1 (00 to 01 UT) is the fourth of the file: 01 to 02 CET.
    assert year.calendar_year == 2011
    assert len(year.outdoor_temperature) == 8760
    assert year.outdoor_temperature[:3] == pytest.approx([0.3, 0.4, 0.5])
    assert year.solar[0] == pytest.approx(100.0)
    assert year.relative_humidity[0] == pytest.approx(0.91)


def test_knmi_file_of_one_leap_year_keeps_all_its_hours(tmp_path: Path) -> None:
    file = write_knmi(tmp_path / "2012.txt", "2012-01-01 01:00", "2013-01-01 00:00", lambda _: 25)
    year = read_weather_file(file, "knmi", None)

    assert len(year.outdoor_temperature) == 8784
    assert (year.outdoor_temperature == 2.5).all()


def test_knmi_year_that_the_file_lacks_is_refused(tmp_path: Path) -> None:
    file = write_knmi(tmp_path / "k.txt", "2011-01-01 01:00", "2012-01-01 00:00", lambda _: 25)

    with pytest.raises(InvalidInputError, match=r"\[weather\]: year = 2015, expected one of 2011"):
        read_weather_file(file, "knmi", 2015)


def test_knmi_gap_names_its_first_hour(tmp_path: Path) -> None:
    file = write_knmi(tmp_path / "k.txt", "2011-01-01 01:00", "2012-01-01 00:00", lambda _: 25)
    lines = file.read_text().splitlines()
    del lines[2000:2002]
    file.write_text("\n".join(lines))

    with pytest.raises(
        InvalidInputError, match=r"'k.txt': T = 'missing in 2 hours, first 2011-03"
    ):
        read_weather_file(file, "auto", None)


def test_knmi_file_of_two_stations_is_refused(tmp_path: Path) -> None:
    file = write_knmi(tmp_path / "k.txt", "2011-01-01 01:00", "2012-01-01 00:00", lambda _: 25)
    file.write_text(file.read_text().replace("  380,20110105", "  260,20110105"))

    with pytest.raises(InvalidInputError, match=r"STN = \[260, 380\], expected rows of one"):
        read_weather_file(file, "auto", None)


def test_daily_knmi_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "etmgeg_380.txt"
    file.write_text("# STN,YYYYMMDD,DDVEC,   TG,    Q\n  380,20110101,  220,   25,  300\n")

    with pytest.raises(InvalidInputError, match="columns = 'without HH, T', expected hourly"):
        read_weather_file(file, "auto", None)


@pytest.mark.parametrize(("zone", "first"), [(1.0, 0.0), (0.0, 8.759)])
def test_epw_hours_are_shifted_to_cet(tmp_path: Path, zone: float, first: float) -> None:
    rows = "\n".join(epw_row(hour, hour / 1000.0) for hour in range(8760))
    file = tmp_path / "maastricht.epw"
    file.write_text(EPW_HEAD.format(zone=zone) + rows + "\n")
    year = read_weather_file(file, "auto", None)

    assert year.outdoor_temperature[0] == first
    assert year.solar[5] == 120.0
    assert year.relative_humidity[5] == 0.88


def test_epw_missing_code_is_a_gap(tmp_path: Path) -> None:
    rows = [epw_row(hour, 5.0) for hour in range(8760)]
    rows[7] = epw_row(7, 99.9)
    file = tmp_path / "gap.epw"
    file.write_text(EPW_HEAD.format(zone=1.0) + "\n".join(rows))

    with pytest.raises(InvalidInputError, match="dry bulb = 'missing in 1 hours, first hour 7'"):
        read_weather_file(file, "auto", None)


def test_try_of_2010_is_read(tmp_path: Path) -> None:
    row = (
        " 5     1   1   1   {hour}  8   70     2.5     2.1    985.7     3.8   96  24"
        "    31    69 9   282   -314  9"
    )
    rows = "\n".join(row.format(hour=hour % 24 + 1) for hour in range(8760))
    file = tmp_path / "TRY2010_05_Jahr.dat"
    file.write_bytes((TRY_2010_HEAD + rows).encode("latin-1"))
    year = read_weather_file(file, "auto", None)

    assert (year.outdoor_temperature[0], year.solar[0]) == (2.1, 100.0)
    assert year.relative_humidity[0] == 0.96


def test_try_of_2017_is_read(tmp_path: Path) -> None:
    row = "4026500 3109500  1  1  {hour}   6.7 1013 200  3.1 8  5.0  82   10   40 310 -350  1"
    rows = "\r\n".join(row.format(hour=hour % 24 + 1) for hour in range(8760))
    file = tmp_path / "TRY2015_38735002816500_Jahr.dat"
    file.write_text(TRY_2017_HEAD + rows)
    year = read_weather_file(file, "try", None)

    assert (year.outdoor_temperature[0], year.solar[0]) == (6.7, 50.0)


def test_try_without_a_mark_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "broken.dat"
    file.write_text("nothing here")

    with pytest.raises(InvalidInputError, match="header = 'nothing here', expected a line of"):
        read_weather_file(file, "try", None)


def test_csv_with_times_gives_its_calendar_year(tmp_path: Path) -> None:
    times = pd.date_range("2023-01-01", periods=8760, freq="h")
    frame = pd.DataFrame({"time": times, "outdoor_temperature": 4.0, "solar": 10.0})
    frame.to_csv(tmp_path / "own.csv", index=False)
    year = read_weather_file(tmp_path / "own.csv", "auto", None)

    assert year.calendar_year == 2023
    assert np.isnan(year.relative_humidity).all()


def test_csv_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short.csv").write_text("outdoor_temperature,solar\n1.0,0\n")

    with pytest.raises(InvalidInputError, match="rows = 1, expected 8760 hours"):
        read_weather_file(tmp_path / "short.csv", "auto", None)


def test_csv_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("temp,sun\n1.0,0\n")

    with pytest.raises(InvalidInputError, match=r"columns = \['temp', 'sun'\], expected columns"):
        read_weather_file(tmp_path / "odd.csv", "auto", None)


def test_values_that_no_air_has_are_refused_together(tmp_path: Path) -> None:
    rows = "\n".join(["285.0,-5"] * 8760)
    (tmp_path / "kelvin.csv").write_text(f"outdoor_temperature,solar\n{rows}\n")

    with pytest.raises(InvalidInputError, match=r"285 in hour 0") as caught:
        read_weather_file(tmp_path / "kelvin.csv", "csv", None)
    assert [fault.field for fault in caught.value.faults] == ["outdoor_temperature", "solar"]


def test_unknown_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "year.xyz").write_text("?")

    with pytest.raises(InvalidInputError, match=r"format = '\.xyz', expected a KNMI, EPW"):
        read_weather_file(tmp_path / "year.xyz", "auto", None)
