"""Readers of weather files: KNMI hours, EPW, DWD test reference years, CSV.

Each returns a year of hours in CET without daylight saving, first hour 1 January 00:00 to 01:00.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..model.errors import Fault, Faults, InvalidInputError
from ..networks.columns import FloatArray

YEAR_HOURS = (8760, 8784)
"""Hours of a common year and of a leap year."""

WHOLE_YEAR = 8000
"""A year of a KNMI file with this many rows is meant whole: what it lacks are gaps."""

JOULE_PER_CM2_HOUR = 1e4 / 3600.0
"""W/m2 in one J/cm2 of an hour."""

TEMPERATURE_LIMITS = (-60.0, 60.0)
"""Air temperatures outside these are faults of the file. [°C]"""


class WeatherYear(NamedTuple):
    """Hours of a year as a file gives them; arrays have shape (hours,).

    Parameters
    ----------
    calendar_year : int or None
        The year that was measured; None for a made year.
    outdoor_temperature : array of float
        Air. [°C]
    solar : array of float
        Global horizontal irradiance. [W/m2]
    relative_humidity : array of float
        NaN where the file has none. [1]
    """

    calendar_year: int | None
    outdoor_temperature: FloatArray
    solar: FloatArray
    relative_humidity: FloatArray


def read_weather_file(path: Path, form: str, year: int | None) -> WeatherYear:
    """Read a weather file.

    Parameters
    ----------
    path : Path
        The file.
    form : str
        ``"try"``, ``"knmi"``, ``"epw"``, ``"csv"`` or ``"auto"``.
    year : int or None
        Year to take from a file of several years (KNMI).

    Returns
    -------
    WeatherYear
        Its hours in CET.

    Raises
    ------
    InvalidInputError
        If the file is missing, is of another form, lacks hours or holds impossible values.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        rule = "'maastricht' or a file beside the scenario"
        fault = Fault("scenario.toml [weather]", "file", path.name, rule)
        raise InvalidInputError(fault) from error
    except UnicodeDecodeError:
        text = path.read_bytes().decode("latin-1")
    text = text.replace("\r\n", "\n")
    form = detect_format(path, text) if form == "auto" else form
    weather = READERS[form](path.name, text, year)
    _refuse_impossible(path.name, weather)
    return weather


def detect_format(path: Path, text: str) -> str:
    """Return the form of a file by its first lines, then by its suffix.

    Examples
    --------
    >>> detect_format(Path("essen.txt"), "LOCATION,Maastricht,-,NLD")
    'epw'
    """
    head = text[:20_000]
    if head.startswith("LOCATION,"):
        return "epw"
    if "YYYYMMDD" in head and "STN" in head:
        return "knmi"
    if "\n***" in head:
        return "try"
    if path.suffix in {".csv", ".txt"}:
        return "csv"
    rule = "a KNMI, EPW, DWD TRY or CSV file ([weather] format says which)"
    raise InvalidInputError(Fault(f"weather file '{path.name}'", "format", path.suffix, rule))


def read_knmi(name: str, text: str, year: int | None) -> WeatherYear:
    """Read hourly values of one KNMI station: T [0.1 °C], Q [J/cm2], U [%], hours in UT.

    Hour HH of a KNMI file ends at HH UT: it is the hour HH to HH+1 in CET. So the first hour
    of the year comes from the last row of the year before; where the file starts with the
    year, that hour repeats the next one. T is read at the end of its hour.
    """
    table = _knmi_table(name, text)
    start = pd.to_datetime(table["YYYYMMDD"].astype(str)) + pd.to_timedelta(table["HH"], unit="h")
    years = sorted(set(start.dt.year))
    year = _pick_year(name, years, start, year)
    times = pd.date_range(f"{year}-01-01", f"{year + 1}-01-01", freq="h", inclusive="left")
    table = table.set_index(pd.DatetimeIndex(start))
    table = table[~table.index.duplicated()].reindex(times)
    if bool(table.iloc[0].isna().all()):
        table.iloc[0] = table.iloc[1]
    humidity = table["U"] if "U" in table else pd.Series(np.nan, index=times)
    values = WeatherYear(
        calendar_year=year,
        outdoor_temperature=(table["T"] / 10.0).to_numpy(dtype=float),
        solar=(table["Q"] * JOULE_PER_CM2_HOUR).to_numpy(dtype=float),
        relative_humidity=np.asarray(humidity, dtype=np.float64) / 100.0,
    )
    _refuse_gaps(name, {"T": values.outdoor_temperature, "Q": values.solar}, times)
    return values


def _knmi_table(name: str, text: str) -> pd.DataFrame:
    lines = text.split("\n")
    heads = [place for place, line in enumerate(lines) if "YYYYMMDD" in line and "," in line]
    if not heads:
        rule = "a header line with STN, YYYYMMDD, HH, T and Q"
        raise InvalidInputError(Fault(f"weather file '{name}'", "header", "(none)", rule))
    names = [part.strip() for part in lines[heads[-1]].lstrip("# ").split(",")]
    names = ["HH" if part in {"HH", "H"} else part for part in names]
    wanted = {"STN", "YYYYMMDD", "HH", "T", "Q", "U"} & set(names)
    missing = {"STN", "YYYYMMDD", "HH", "T", "Q"} - wanted
    if missing:
        rule = "hourly values of one station with STN, YYYYMMDD, HH, T and Q"
        value = f"without {', '.join(sorted(missing))}"
        raise InvalidInputError(Fault(f"weather file '{name}'", "columns", value, rule))
    body = "\n".join(line for line in lines[heads[-1] + 1 :] if line.strip())
    table = pd.read_csv(
        io.StringIO(body),
        names=names,
        usecols=sorted(wanted),
        skipinitialspace=True,
        comment="#",
        na_values=[""],
    )
    stations = sorted(set(table["STN"]))
    if len(stations) > 1:
        rule = "rows of one station"
        raise InvalidInputError(Fault(f"weather file '{name}'", "STN", stations[:5], rule))
    return table


def _pick_year(
    name: str, years: list[int], start: "pd.Series[pd.Timestamp]", year: int | None
) -> int:
    """Return the year asked for, or the only whole one."""
    counts = start.dt.year.value_counts()
    whole = [each for each in years if counts[each] >= WHOLE_YEAR]
    if year is None and len(whole) == 1:
        return whole[0]
    if year in whole:
        return year
    rule = f"one of {', '.join(map(str, whole))}" if whole else f"a whole year in '{name}'"
    raise InvalidInputError(Fault("scenario.toml [weather]", "year", year, rule))


def read_epw(name: str, text: str, _year: int | None) -> WeatherYear:
    """Read an EnergyPlus weather file: dry bulb, humidity, global horizontal radiation.

    Hours are shifted cyclically from the file's standard time to CET.
    """
    lines = text.split("\n")
    location, zone_place, header_lines = lines[0].split(","), 8, 8
    try:
        zone = float(location[zone_place])
    except (IndexError, ValueError) as error:
        rule = "a LOCATION line with the time zone as ninth field"
        raise InvalidInputError(
            Fault(f"weather file '{name}'", "LOCATION", lines[0], rule)
        ) from error
    rows = [line.split(",") for line in lines[header_lines:] if line.strip()]
    rows = [row for row in rows if not (row[1].strip() == "2" and row[2].strip() == "29")]
    columns = {
        "dry bulb": (6, 99.0),
        "relative humidity": (8, 999.0),
        "global horizontal": (13, 9999.0),
    }
    values = {key: _epw_column(name, rows, *place) for key, place in columns.items()}
    _refuse_length(name, len(rows))
    shift = round(1.0 - zone)
    shifted = {key: np.roll(column, shift) for key, column in values.items()}
    _refuse_gaps(name, {key: shifted[key] for key in ("dry bulb", "global horizontal")}, None)
    return WeatherYear(
        None,
        shifted["dry bulb"],
        shifted["global horizontal"],
        shifted["relative humidity"] / 100.0,
    )


def _epw_column(name: str, rows: list[list[str]], place: int, missing: float) -> FloatArray:
    """Return a column as numbers, NaN where EPW writes its number for 'missing'."""
    try:
        column = np.array([float(row[place]) for row in rows])
    except (IndexError, ValueError) as error:
        rule = "35 fields in every row, numbers in fields 7, 9 and 14"
        raise InvalidInputError(
            Fault(f"weather file '{name}'", "rows", str(error), rule)
        ) from error
    column[column >= missing] = np.nan
    return column


def read_try(name: str, text: str, _year: int | None) -> WeatherYear:
    """Read a DWD test reference year of 2010 or 2017 (hours in CET): t, RF, B + D."""
    lines = text.split("\n")
    marks = [place for place, line in enumerate(lines) if line.strip().startswith("***")]
    heads = [
        lines[place].split()
        for place in range(marks[0] if marks else 0)
        if {"MM", "DD", "HH", "t", "RF", "B", "D"} <= set(lines[place].split())
    ]
    if not marks or not heads:
        rule = "a line of column names with MM DD HH t RF B D, then a line '***'"
        raise InvalidInputError(Fault(f"weather file '{name}'", "header", lines[0][:40], rule))
    body = "\n".join(line for line in lines[marks[0] + 1 :] if line.strip())
    table = pd.read_csv(io.StringIO(body), sep=r"\s+", names=heads[-1], header=None)
    _refuse_length(name, len(table))
    values = {key: pd.to_numeric(table[key], errors="coerce") for key in ("t", "B", "D", "RF")}
    columns = {key: column.to_numpy(dtype=float) for key, column in values.items()}
    _refuse_gaps(name, columns, None)
    return WeatherYear(None, columns["t"], columns["B"] + columns["D"], columns["RF"] / 100.0)


def read_csv(name: str, text: str, _year: int | None) -> WeatherYear:
    """Read a CSV file in CET: ``time`` or none, ``outdoor_temperature``, ``solar``.

    ``relative_humidity`` [1] is optional; lines that begin with # are comments.
    """
    table = pd.read_csv(io.StringIO(text), comment="#", skipinitialspace=True)
    missing = [key for key in ("outdoor_temperature", "solar") if key not in table]
    if missing:
        rule = "columns outdoor_temperature [°C] and solar [W/m2]"
        fault = Fault(f"weather file '{name}'", "columns", list(table.columns), rule)
        raise InvalidInputError(fault)
    _refuse_length(name, len(table))
    calendar_year = _csv_year(name, table["time"]) if "time" in table else None
    empty = pd.Series(np.nan, index=table.index)
    keys = ("outdoor_temperature", "solar", "relative_humidity")
    columns = {
        key: pd.to_numeric(table.get(key, empty), errors="coerce").to_numpy(dtype=float)
        for key in keys
    }
    _refuse_gaps(name, {key: columns[key] for key in keys[:2]}, None)
    return WeatherYear(calendar_year, *(columns[key] for key in keys))


def _csv_year(name: str, cells: "pd.Series[str]") -> int:
    """Return the year of a ``time`` column of consecutive hours from 1 January 00:00."""
    times = pd.to_datetime(cells, errors="coerce")
    first = times.iloc[0]
    if pd.isna(first) or not times.equals(
        pd.Series(pd.date_range(f"{first.year}-01-01", periods=len(times), freq="h"), name="time")
    ):
        rule = "every hour of a year from 1 January 00:00, ISO, CET"
        raise InvalidInputError(Fault(f"weather file '{name}'", "time", cells.iloc[0], rule))
    return int(first.year)


def _refuse_length(name: str, rows: int) -> None:
    if rows not in YEAR_HOURS:
        rule = "8760 hours, or 8784 of a leap year"
        raise InvalidInputError(Fault(f"weather file '{name}'", "rows", rows, rule))


def _refuse_gaps(
    name: str, columns: dict[str, FloatArray], times: pd.DatetimeIndex | None
) -> None:
    """Refuse hours without a value, naming the first of each column."""
    faults = Faults()
    for key, column in columns.items():
        gaps = np.flatnonzero(np.isnan(column))
        if len(gaps):
            first = f"hour {gaps[0]}" if times is None else f"{times[gaps[0]]:%Y-%m-%d %H:%M}"
            value = f"missing in {len(gaps)} hours, first {first}"
            faults.add(f"weather file '{name}'", key, value, "a number in every hour")
    faults.raise_any()


def _refuse_impossible(name: str, weather: WeatherYear) -> None:
    faults = Faults()
    low, high = TEMPERATURE_LIMITS
    for key, column, least, most, unit in (
        ("outdoor_temperature", weather.outdoor_temperature, low, high, "°C"),
        ("solar", weather.solar, 0.0, 1500.0, "W/m2"),
    ):
        wrong = np.flatnonzero((column < least) | (column > most))
        if len(wrong):
            value = f"{column[wrong[0]]:g} in hour {wrong[0]}"
            rule = f"values from {least:g} to {most:g} {unit}"
            faults.add(f"weather file '{name}'", key, value, rule)
    faults.raise_any()


READERS: dict[str, Callable[[str, str, int | None], WeatherYear]] = {
    "knmi": read_knmi,
    "epw": read_epw,
    "try": read_try,
    "csv": read_csv,
    "maastricht": read_csv,
}
"""Reader of each form."""
