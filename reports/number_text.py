"""Numbers as an engineer writes them: three figures, separators, a unit always."""

import math
import re
from collections.abc import Iterable

SPACE = "\u00a0"
"""Space that does not break, between a number and its unit."""

DASH = "–"
"""Stands where there is no number."""


INSTANT = re.compile(r"\b\d{4}-(\d\d)-(\d\d)T(\d\d:\d\d)")
MINUS = re.compile(r"(?<![\w.–])-(?=\d)")
UNIT = re.compile(r"(?<=\d) (?=(?:°C|K|kWh|MWh|GWh|kW|MW|m³|m|l|h)\b)")
"""What programs write one way and print another."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Names of months."""


def typeset(words: str) -> str:
    """Set a plain sentence as the report sets its own: minus signs, instants, units that stay.

    Examples
    --------
    >>> typeset("2029-12-08T07:00, -10.6 degrees, 30-70 times m3/h, block-29")
    '8 Dec 07:00, −10.6 degrees, 30-70 times m³/h, block-29'
    >>> typeset("45 °C") == "45\u00a0°C"
    True
    """
    words = INSTANT.sub(lambda m: f"{int(m[2])} {MONTHS[int(m[1]) - 1]} {m[3]}", words)
    return UNIT.sub(SPACE, MINUS.sub("−", words.replace("m3/h", "m³/h")))


def significant(value: float, digits: int = 3) -> float:
    """Round to a number of significant digits.

    Examples
    --------
    >>> significant(1287.4), significant(0.031267, 2)
    (1290.0, 0.031)
    """
    if value == 0.0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def number(value: float | None, digits: int = 3) -> str:
    """Write a number with ``digits`` significant digits; whole numbers keep four.

    Examples
    --------
    >>> number(712.34), number(1287.4), number(0.0), number(None), number(-2.5)
    ('712', '1,287', '0', '–', '−2.50')
    """
    if value is None or not math.isfinite(value):
        return DASH
    if value == 0.0:
        return "0"
    size = math.floor(math.log10(abs(significant(value, digits))))
    decimals = max(digits - 1 - size, 0)
    rounded = significant(value, max(digits, 4) if size >= digits else digits)
    return f"{rounded:,.{decimals}f}".replace("-", "−")


def fixed(value: float | None, decimals: int = 0) -> str:
    """Write a number with a fixed count of decimals, for columns of a table.

    Examples
    --------
    >>> fixed(1234.56, 1), fixed(-0.04, 1), fixed(float("nan"))
    ('1,234.6', '0.0', '–')
    """
    if value is None or not math.isfinite(value):
        return DASH
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0.0:
        text = text.removeprefix("-")
    return text.replace("-", "−")


def quantity(value: float | None, unit: str, digits: int = 3) -> str:
    """Write a number with its unit.

    Examples
    --------
    >>> quantity(712.34, "kW") == "712\u00a0kW"
    True
    """
    text = number(value, digits)
    return text if text == DASH or not unit else f"{text}{SPACE}{unit}"


def number_of(count: float) -> str:
    """Write a count, whole where it is.

    Examples
    --------
    >>> number_of(8760.0), number_of(1.25)
    ('8,760', '1.2')
    """
    return f"{count:,.0f}" if float(count).is_integer() else f"{count:,.1f}"


GIGA = 1000.0
"""From here on energies are written in GWh. [MWh]"""


ROUNDING = 1e-9
"""Less is what rounding leaves. [MWh]"""

LITTLE = 0.1
"""Less is written in kWh. [MWh]"""


def energy(mwh: float | None) -> str:
    """Write an energy given in MWh, in GWh from 1,000 MWh on, in kWh below 0.1 MWh.

    Examples
    --------
    >>> energy(5130.0) == "5.13\u00a0GWh", energy(12.34) == "12.3\u00a0MWh"
    (True, True)
    >>> energy(0.0375) == "37.5\u00a0kWh", energy(0.0) == "0\u00a0MWh"
    (True, True)
    >>> energy(9.77e-15) == "0\u00a0MWh"
    True
    """
    if mwh is not None and abs(mwh) < ROUNDING:
        mwh = 0.0
    if mwh is not None and abs(mwh) >= GIGA:
        return quantity(mwh / GIGA, "GWh")
    if mwh is not None and 0.0 < abs(mwh) < LITTLE:
        return quantity(mwh * 1e3, "kWh")
    return quantity(mwh, "MWh")


FEW = 10.0
"""Tables with less than this everywhere are in kWh. [MWh]"""


def energy_unit(mwh: Iterable[float]) -> tuple[str, float]:
    """Return the unit in which a table of energies can be read, and how many make a MWh.

    Examples
    --------
    >>> energy_unit([0.04, 0.2]), energy_unit([0.0, 1200.0]), energy_unit([0.0])
    (('kWh', 1000.0), ('MWh', 1.0), ('MWh', 1.0))
    """
    most = max(mwh, default=0.0)
    return ("kWh", 1e3) if 0.0 < most < FEW else ("MWh", 1.0)


def percent(share: float | None, decimals: int = 0) -> str:
    """Write a share as a percentage.

    Examples
    --------
    >>> percent(0.187), percent(None)
    ('19\u00a0%', '–')
    """
    text = fixed(None if share is None else 100.0 * share, decimals)
    return text if text == DASH else f"{text}{SPACE}%"


def power_of_ten(value: float | None) -> str:
    """Write a residual as a power of ten.

    Examples
    --------
    >>> power_of_ten(3.2e-11), power_of_ten(0.0)
    ('3·10⁻¹¹', '0')
    """
    if value is None or not math.isfinite(value):
        return DASH
    if value == 0.0:
        return "0"
    mantissa, exponent = f"{value:.0e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}·10{raised}"


MINUTE, HOUR = 60.0, 3600.0
"""[s]"""

IN_HOURS = 3.0
"""From here on a time is written in hours. [h]"""


def span(seconds: float | None) -> str:
    """Write a length of time: minutes, from three hours on hours.

    Examples
    --------
    >>> span(1260.0) == "21\u00a0min", span(12600.0) == "3.5\u00a0h", span(None)
    (True, True, '–')
    """
    if seconds is None or not math.isfinite(seconds):
        return DASH
    if seconds >= IN_HOURS * HOUR:
        return f"{fixed(seconds / HOUR, 1)}{SPACE}h"
    return f"{fixed(seconds / MINUTE)}{SPACE}min"
