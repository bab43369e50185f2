"""Substations: what stands between the network's water and what is heated or cooled.

Defaults stand in ``data/substations.csv``, each with its source and mark.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import isnan, log1p
from types import MappingProxyType

import numpy as np

from . import data
from .water import IAPWS, WaterTable, enthalpy

EXCHANGER, MIXING, THROTTLING, EXCHANGED = 1, 2, 3, 4
"""Kinds: a heat exchanger; an emitter with mixing, with throttling, behind an exchanger."""

SAME = 1e-9
"""Share by which two temperature differences may differ and still count as equal. [1]"""


@cache
def substation_defaults() -> Mapping[str, float]:
    """Return the defaults of substations by name.

    Returns
    -------
    mapping of str to float
        In the units of ``data/substations.csv``.

    Examples
    --------
    >>> substation_defaults()["emitter_exponent"]
    1.1
    """
    text = (files(data) / "substations.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["name"]: float(row["value"]) for row in rows})


def logarithmic_mean(first: float, second: float) -> float:
    """Return the logarithmic mean of two temperature differences of one sign. [K]

    Parameters
    ----------
    first, second : float
        At the two ends of a counterflow exchanger, or of an emitter in its room. [K]

    Examples
    --------
    >>> round(logarithmic_mean(33.0, 19.0), 2)
    25.36
    """
    rise = second / first - 1.0
    return first if abs(rise) < SAME else first * rise / log1p(rise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Substation:
    """A kind of substation, by its design point; a consumer's load says how large one is.

    Where the supply is colder than the return, the design point is one of cold.

    Parameters
    ----------
    kind : int
        `EXCHANGER`, `MIXING`, `THROTTLING` or `EXCHANGED`.
    supply, back : float
        Of the network's water at the design point. [°C]
    secondary_supply, secondary_back : float
        Of the other side; with mixing or throttling the emitter's water. [°C]
    room : float
        Air around an emitter; NaN for an exchanger. [°C]
    cooling_supply, cooling_back : float
        Of the network's water when it cools at its most; NaN where it does not. [°C]
    flow_exponent : float
        With which the coefficient of each side of an exchanger follows its flow; 0: constant. [1]
    network_resistance_share : float
        Of an exchanger's resistance at the design point, on the network's side. [1]
    emitter_exponent : float
        With which an emitter's heat follows its logarithmic excess. [1]
    cooling_output_share : float
        Cold over heat that an emitter gives at the same excess. [1]
    """

    kind: int
    supply: float
    back: float
    secondary_supply: float
    secondary_back: float
    room: float = float("nan")
    cooling_supply: float = float("nan")
    cooling_back: float = float("nan")
    flow_exponent: float
    network_resistance_share: float
    emitter_exponent: float
    cooling_output_share: float

    @property
    def is_exchanger(self) -> bool:
        """Whether a wall parts the network's water from the other side."""
        return self.kind in (EXCHANGER, EXCHANGED)

    @property
    def is_emitter(self) -> bool:
        """Whether a room decides how warm the other side is."""
        return self.kind != EXCHANGER

    def cools(self) -> bool:
        """Return whether it can serve cold."""
        return not isnan(self.cooling_supply) or self.supply < self.back

    def heats(self) -> bool:
        """Return whether it can serve heat."""
        return self.supply > self.back

    def sized_for(self, load: float, water: WaterTable = IAPWS) -> dict[str, float]:
        r"""Return the columns of `networks.columns.SubstationTable` for a design load.

        Parameters
        ----------
        load : float
            Heat, or cold, at the design point, above 0. [W]
        water : WaterTable, optional
            What flows on both sides.

        Notes
        -----
        :math:`UA = Q / \Delta T_m` with the logarithmic mean difference of the counterflow
        exchanger; its resistance is parted between the two sides. The emitter's excess is the
        logarithmic mean of its water above the room (EN 442, EN 1264).
        """
        unknown = float("nan")
        ends = self.supply - self.secondary_supply, self.back - self.secondary_back
        resistance = abs(logarithmic_mean(*ends)) / load if self.is_exchanger else 0.0
        above = self.secondary_supply - self.room, self.secondary_back - self.room
        moved = load / _content_between(self.secondary_supply, self.secondary_back, water)
        return {
            "kind": self.kind,
            "design_load": load,
            "design_flow": load / _content_between(self.supply, self.back, water),
            "capacity": load / abs(self.secondary_supply - self.secondary_back),
            "circulation": moved if self.kind == MIXING else float("inf"),
            "network_resistance": resistance * self.network_resistance_share,
            "secondary_resistance": resistance * (1.0 - self.network_resistance_share),
            "flow_exponent": self.flow_exponent,
            "excess": abs(logarithmic_mean(*above)) if self.is_emitter else unknown,
            "emitter_exponent": self.emitter_exponent,
            "cooling_output_share": self.cooling_output_share,
        }


def _content_between(supply: float, back: float, water: WaterTable) -> float:
    """Return how far the contents of two waters lie apart. [J/kg]"""
    warm, cold = enthalpy(np.array([supply, back]), water)
    return float(abs(warm - cold))
