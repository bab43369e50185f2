"""Dwelling types: what stands behind a building, from the bundled table."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .errors import Fault, InvalidInputError

DWELLINGS_FILE = Path(__file__).parent / "data" / "dwellings.csv"
"""Five types of new dwellings, each figure with its mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DwellingType:
    """A kind of dwelling and what it asks for in an average year.

    Parameters
    ----------
    name : str
        As in the table ``dwellings``, e.g. ``"apartment_small"``.
    dwelling_class : str
        ``"apartment"`` (behind its block's connection) or ``"ground-bound"``.
    floor_area : float
        Usable floor. [m2]
    occupants : float
        Mean number of residents. [1]
    space_heat_kwh, tap_water_kwh, cooling_kwh : float
        Demand of an average year, before it is scaled to the scenario's mean. [kWh]
    heat_loss_coefficient : float
        Transmission, ventilation and infiltration. [W/K]
    design_load : float
        Coincident space heat at -10 °C outdoors. [W]
    cooling_peak : float
        Most cold that the floors take up. [W]
    exchanger : float
        Power of the tap-water exchanger. [W]

    Raises
    ------
    InvalidInputError
        If a figure is not above 0.
    """

    name: str
    dwelling_class: str
    floor_area: float
    occupants: float
    space_heat_kwh: float
    tap_water_kwh: float
    cooling_kwh: float
    heat_loss_coefficient: float
    design_load: float
    cooling_peak: float
    exchanger: float

    def __post_init__(self) -> None:
        faults = [
            Fault(f"dwelling type '{self.name}'", name, getattr(self, name), "a value above 0")
            for name in self.__dataclass_fields__
            if name not in {"name", "dwelling_class"} and not getattr(self, name) > 0.0
        ]
        if faults:
            raise InvalidInputError(*faults)

    @property
    def is_apartment(self) -> bool:
        """Whether it stands behind the connection of a block."""
        return self.dwelling_class == "apartment"


@cache
def read_dwelling_types() -> Mapping[str, DwellingType]:
    """Return the bundled dwelling types by name, in the order of their table.

    Examples
    --------
    >>> read_dwelling_types()["terraced"].floor_area
    115.0
    """
    with DWELLINGS_FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["type"]: _dwelling_type(row) for row in rows}


def _dwelling_type(row: Mapping[str, str]) -> DwellingType:
    return DwellingType(
        name=row["type"],
        dwelling_class=row["class"],
        floor_area=float(row["floor_area_m2"]),
        occupants=float(row["occupants_nta8800"]),
        space_heat_kwh=float(row["space_heat_kwh_yr"]),
        tap_water_kwh=float(row["dhw_kwh_yr"]),
        cooling_kwh=float(row["cooling_kwh_yr"]),
        heat_loss_coefficient=float(row["h_w_per_k"]),
        design_load=float(row["p_design_kw_minus10"]) * 1e3,
        cooling_peak=float(row["cooling_peak_kw"]) * 1e3,
        exchanger=float(row["dhw_exchanger_kw"]) * 1e3,
    )
