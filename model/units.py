"""Values with units: texts such as ``"250 kW"`` become numbers in the canonical unit."""

import math
import re
from numbers import Real
from typing import Annotated, Any

from pydantic import BeforeValidator

UNITS: dict[str, dict[str, tuple[float, float]]] = {
    "m": {"m": (1.0, 0.0), "km": (1e3, 0.0), "cm": (1e-2, 0.0), "mm": (1e-3, 0.0)},
    "m2": {"m2": (1.0, 0.0), "m²": (1.0, 0.0), "ha": (1e4, 0.0)},
    "m3": {"m3": (1.0, 0.0), "m³": (1.0, 0.0), "l": (1e-3, 0.0)},
    "s": {"s": (1.0, 0.0), "min": (60.0, 0.0), "h": (3600.0, 0.0), "d": (86400.0, 0.0)},
    "kg/s": {
        "kg/s": (1.0, 0.0),
        "g/s": (1e-3, 0.0),
        "kg/h": (1 / 3600, 0.0),
        "t/h": (1 / 3.6, 0.0),
    },
    "m3/s": {
        "m3/s": (1.0, 0.0),
        "m³/s": (1.0, 0.0),
        "m3/h": (1 / 3600, 0.0),
        "m³/h": (1 / 3600, 0.0),
        "l/s": (1e-3, 0.0),
    },
    "W": {"W": (1.0, 0.0), "kW": (1e3, 0.0), "MW": (1e6, 0.0)},
    "Pa": {
        "Pa": (1.0, 0.0),
        "kPa": (1e3, 0.0),
        "MPa": (1e6, 0.0),
        "bar": (1e5, 0.0),
        "mbar": (1e2, 0.0),
    },
    "Pa/m": {"Pa/m": (1.0, 0.0), "kPa/km": (1.0, 0.0), "bar/km": (100.0, 0.0)},
    "°C": {"°C": (1.0, 0.0), "degC": (1.0, 0.0), "C": (1.0, 0.0), "K": (1.0, -273.15)},
    "K": {"K": (1.0, 0.0)},
    "W/K": {"W/K": (1.0, 0.0), "kW/K": (1e3, 0.0)},
    "W/(m K)": {
        "W/(m K)": (1.0, 0.0),
        "W/(m·K)": (1.0, 0.0),
        "W/mK": (1.0, 0.0),
        "W/(mK)": (1.0, 0.0),
    },
    "kg/m3": {"kg/m3": (1.0, 0.0), "kg/m³": (1.0, 0.0)},
    "Pa s": {"Pa s": (1.0, 0.0), "mPa s": (1e-3, 0.0)},
    "J/(m3 K)": {
        "J/(m3 K)": (1.0, 0.0),
        "MJ/(m3 K)": (1e6, 0.0),
        "J/(m³ K)": (1.0, 0.0),
        "MJ/(m³ K)": (1e6, 0.0),
    },
    "J/(kg K)": {"J/(kg K)": (1.0, 0.0), "kJ/(kg K)": (1e3, 0.0)},
    "m/s": {"m/s": (1.0, 0.0)},
    "1": {"": (1.0, 0.0), "%": (0.01, 0.0)},
}
"""For each canonical unit, the units a text may carry, as (factor, offset) to it."""

NUMBER_AND_UNIT = re.compile(r"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")
NOT_FINITE = re.compile(r"^\s*[-+]?(?:nan|inf|infinity)\s*$", re.IGNORECASE)


def parse_quantity(value: Any, unit: str) -> float:
    """Return a number, or a text with a unit, in the canonical ``unit``.

    Parameters
    ----------
    value : number or str
        For example ``250000.0``, ``"250000"`` or ``"250 kW"``.
    unit : str
        A key of `UNITS`, for example ``"W"``.

    Returns
    -------
    float
        The value in ``unit``.

    Raises
    ------
    ValueError
        If the text is no number, its unit is unknown or of another quantity, or the
        number is not finite. The message is the rule that was broken.

    Examples
    --------
    >>> parse_quantity("250 kW", "W")
    250000.0
    >>> parse_quantity("0.6 bar", "Pa")
    60000.0
    >>> parse_quantity("250 kg", "W")
    Traceback (most recent call last):
    ValueError: a value in W, kW or MW
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        return finite(float(value), unit)
    text = "" if isinstance(value, bool) else str(value)
    if NOT_FINITE.match(text):
        raise ValueError(f"a finite number{_in(unit)}")
    match = NUMBER_AND_UNIT.match(text)
    if match is None:
        raise ValueError(f"a number{_in(unit)}")
    known = UNITS[unit]
    if match[2] and match[2] not in known:
        comma = ", with a decimal point" if match[2].startswith(",") else ""
        raise ValueError(f"a value in {_listing(known)}{comma}")
    factor, offset = known[match[2]] if match[2] else (1.0, 0.0)
    return finite(float(match[1]) * factor + offset, unit)


def finite(number: float, unit: str) -> float:
    """Return ``number``, or raise ValueError where it is NaN or infinite.

    Examples
    --------
    >>> finite(2.0, "W")
    2.0
    >>> finite(float("nan"), "W")
    Traceback (most recent call last):
    ValueError: a finite number in W
    """
    if not math.isfinite(number):
        raise ValueError(f"a finite number{_in(unit)}")
    return number


def quantity(unit: str) -> BeforeValidator:
    """Return a pydantic validator that reads numbers and texts with units into ``unit``."""

    def read(value: Any) -> Any:
        return value if value is None else parse_quantity(value, unit)

    return BeforeValidator(read, json_schema_input_type=float | str)


def _in(unit: str) -> str:
    return "" if unit == "1" else f" in {unit}"


def _listing(known: dict[str, tuple[float, float]]) -> str:
    """Return the names of units as an English list.

    Examples
    --------
    >>> _listing({"W": (1.0, 0.0), "kW": (1e3, 0.0), "MW": (1e6, 0.0)})
    'W, kW or MW'
    """
    *first, last = [name for name in known if name]
    return f"{', '.join(first)} or {last}" if first else last


Length = Annotated[float, quantity("m")]
Area = Annotated[float, quantity("m2")]
Volume = Annotated[float, quantity("m3")]
Duration = Annotated[float, quantity("s")]
MassFlow = Annotated[float, quantity("kg/s")]
VolumeFlow = Annotated[float, quantity("m3/s")]
Power = Annotated[float, quantity("W")]
Pressure = Annotated[float, quantity("Pa")]
Gradient = Annotated[float, quantity("Pa/m")]
Temperature = Annotated[float, quantity("°C")]
TemperatureDifference = Annotated[float, quantity("K")]
Conductivity = Annotated[float, quantity("W/(m K)")]
Conductance = Annotated[float, quantity("W/K")]
Density = Annotated[float, quantity("kg/m3")]
Viscosity = Annotated[float, quantity("Pa s")]
HeatCapacity = Annotated[float, quantity("J/(kg K)")]
VolumetricHeatCapacity = Annotated[float, quantity("J/(m3 K)")]
Velocity = Annotated[float, quantity("m/s")]
Share = Annotated[float, quantity("1")]
