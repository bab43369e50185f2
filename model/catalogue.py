"""The catalogue of pre-insulated pipes: what can be bought, and what it loses and costs."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast

from . import data
from .ground_heat import Burial, PipeSection, pair_coefficients, twin_coefficients

Medium = Literal["steel", "pe-xa", "pe-rt"]
Arrangement = Literal["single-pair", "twin"]

WALL_CONDUCTIVITY: Mapping[Medium, float] = {"steel": 52.0, "pe-xa": 0.38, "pe-rt": 0.38}
"""Of the pipe that carries the water; our assumption from handbooks. [W/(m K)]"""


WALL_HEAT: Mapping[Medium, tuple[float, float]] = {
    "steel": (7850.0, 500.0),
    "pe-xa": (940.0, 2300.0),
    "pe-rt": (940.0, 2300.0),
}
"""Its density and specific heat; our assumption from handbooks. [kg/m3], [J/(kg K)]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipeType:
    """One pipe of the catalogue, laid as a pair of supply and return.

    Parameters
    ----------
    id : str
        Name in the catalogue, e.g. ``"steel-twin-S2-DN50"``.
    medium_pipe : str
        Material of the pipe that carries the water: ``"steel"``, ``"pe-xa"`` or ``"pe-rt"``.
    arrangement : str
        ``"single-pair"``: two casings; ``"twin"``: one casing with both pipes.
    insulation_series : str
        ``"1"`` to ``"3"`` (steel), ``"std"`` or ``"plus"`` (plastic).
    dn : int
        Nominal diameter. [mm]
    inner_diameter, outer_diameter, wall_thickness : float
        Of the pipe that carries the water. [m]
    casing_diameter, casing_wall_thickness : float
        Of the casing. [m]
    pipe_distance : float
        Free distance between the two pipes of a twin; 0 for singles. [m]
    insulation_conductivity : float
        Of aged foam. [W/(m K)]
    roughness : float
        Sand roughness. [m]
    max_temperature : float
        In continuous operation. [°C]
    max_pressure : float
        Gauge. [Pa]
    u1, u2 : float
        As listed: 0.80 m cover, 0.15 m gap, soil of 1.6 W/(m K). [W/(m K)]
    cost_urban, cost_greenfield : float
        Of a metre of trench with supply and return, all in. [EUR/m]
    geometry_status, cost_status : str
        ``"source"`` or ``"assumed"``.
    """

    id: str
    medium_pipe: Medium
    arrangement: Arrangement
    insulation_series: str
    dn: int
    inner_diameter: float
    outer_diameter: float
    wall_thickness: float
    casing_diameter: float
    casing_wall_thickness: float
    pipe_distance: float
    insulation_conductivity: float
    roughness: float
    max_temperature: float
    max_pressure: float
    u1: float
    u2: float
    cost_urban: float
    cost_greenfield: float
    geometry_status: str
    cost_status: str

    @property
    def section(self) -> PipeSection:
        """Cross-section for the heat loss."""
        return PipeSection(
            inner_diameter=self.inner_diameter,
            outer_diameter=self.outer_diameter,
            casing_diameter=self.casing_diameter,
            casing_wall_thickness=self.casing_wall_thickness,
            wall_conductivity=WALL_CONDUCTIVITY[self.medium_pipe],
            insulation_conductivity=self.insulation_conductivity,
        )

    def coefficients(
        self, *, cover: float = 0.80, gap: float = 0.15, conductivity: float = 1.6
    ) -> tuple[float, float]:
        """Return U1 and U2 in a given ground.

        Parameters
        ----------
        cover : float
            Ground above the casing. [m]
        gap : float
            Free distance between the casings of a pair. [m]
        conductivity : float
            Of the ground. [W/(m K)]

        Returns
        -------
        tuple of float
            U1 and U2: each pipe loses U1 - U2 to the ground, supply and return exchange U2.
            [W/(m K)]

        Examples
        --------
        >>> u1, u2 = read_catalogue()["steel-twin-S2-DN50"].coefficients(conductivity=1.0)
        >>> round(u1, 4), round(u2, 4)
        (0.179, 0.072)
        """
        burial = Burial(cover=cover, gap=gap, conductivity=conductivity)
        if self.arrangement == "twin":
            return twin_coefficients(self.section, self.pipe_distance, burial)
        return pair_coefficients(self.section, burial)


@cache
def read_catalogue() -> Mapping[str, PipeType]:
    """Return the bundled catalogue by id, in the order of its file.

    Returns
    -------
    mapping of str to PipeType
        120 pipes; the file's head says where each column comes from.

    Examples
    --------
    >>> pipe = read_catalogue()["pexa-twin-plus-40"]
    >>> pipe.dn, pipe.inner_diameter, pipe.max_pressure
    (32, 0.0326, 600000.0)
    """
    text = files(data).joinpath("pipes.csv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return MappingProxyType({row["id"]: _pipe_type(row) for row in csv.DictReader(lines)})


def _pipe_type(row: Mapping[str, str]) -> PipeType:
    return PipeType(
        id=row["id"],
        medium_pipe=cast(Medium, row["medium_pipe"]),
        arrangement=cast(Arrangement, row["arrangement"]),
        insulation_series=row["insulation_series"],
        dn=int(row["dn"]),
        inner_diameter=_metres(row["inner_diameter_mm"]),
        outer_diameter=_metres(row["outer_diameter_mm"]),
        wall_thickness=_metres(row["wall_mm"]),
        casing_diameter=_metres(row["casing_diameter_mm"]),
        casing_wall_thickness=_metres(row["casing_wall_mm"]),
        pipe_distance=_metres(row["pipe_distance_mm"] or "0"),
        insulation_conductivity=float(row["lambda_insulation_w_mk"]),
        roughness=_metres(row["roughness_mm"]),
        max_temperature=float(row["t_max_c"]),
        max_pressure=float(row["p_max_bar"]) * 1e5,
        u1=float(row["u1_w_mk"]),
        u2=float(row["u2_w_mk"]),
        cost_urban=float(row["cost_urban_eur_m"]),
        cost_greenfield=float(row["cost_greenfield_eur_m"]),
        geometry_status=row["geometry_status"],
        cost_status=row["cost_status"],
    )


def _metres(millimetres: str) -> float:
    return round(float(millimetres) / 1000.0, 7)
