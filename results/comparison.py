"""Shapes of the comparison with individual heat pumps; `studies.comparison` fills them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..networks.columns import FloatArray

DEFINITIONS = ("heat_pumps_base", "heat_pumps_backup", "dwelling_base", "dwelling_backup")
"""Ways to count freed dwellings, as the summary names them: definition and case."""

HEADLINES = ("heat_pumps_backup", "heat_pumps_base")
"""Definitions of the headline, the first that applies: capacity that is free for sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Electricity of one way to serve the dwellings, hour by hour.

    Parameters
    ----------
    name : str
        A case of the network, or a tap-water strategy of individual heat pumps.
    electricity : array of float, shape (hours,)
        Of all dwellings together. [W]
    duration : array of float, shape (hours,)
        Length of each step. [s]
    """

    name: str
    electricity: FloatArray
    duration: FloatArray

    @property
    def peak_row(self) -> int:
        """Row of the highest hourly mean; the first, where several are equal."""
        return int(np.argmax(self.electricity))

    @property
    def peak(self) -> float:
        """Highest hourly mean in its own hour. [W]"""
        return float(self.electricity[self.peak_row])

    @property
    def energy(self) -> float:
        """Electricity of the run. [J]"""
        return float(self.electricity @ self.duration)

    @property
    def load_duration(self) -> FloatArray:
        """Hourly means, highest first. [W]"""
        return np.sort(self.electricity)[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonHour:
    """Both variants in one hour, beside the peaks in their own hours.

    Parameters
    ----------
    case : str
        Case of the network.
    row : int
        Row of the hour in which both together ask for most.
    network, reference : float
        Electricity of both in that hour. [W]
    network_at_reference_peak, reference_at_network_peak : float
        Electricity of one in the peak hour of the other. [W]
    """

    case: str
    row: int
    network: float
    reference: float
    network_at_reference_peak: float
    reference_at_network_peak: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningFigure:
    """A figure that others plan with: beside the computed peak, never instead of it.

    Parameters
    ----------
    name : str
        What it is, in words.
    low_kw, high_kw : float
        Range per dwelling. [kW]
    mark : str
        ``memo``, ``source`` or ``assumed``.
    source : str
        Where it comes from.
    """

    name: str
    low_kw: float
    high_kw: float
    mark: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A figure of the memo beside ours.

    Parameters
    ----------
    id : str
        Number of the target, e.g. ``"T3"``.
    name, unit : str
        What it is, and its unit as shown.
    memo, low, high : float
        The memo's value and the range a model should land in.
    kind : str
        ``model`` or ``calibrated``, with a remark, as the reference calls it.
    mark, source : str
        Where the memo's value comes from.
    value : float or None
        Ours, from this run; None where the run cannot give it.
    driver : str
        What drives the difference, with this run's figures.
    """

    id: str
    name: str
    unit: str
    memo: float
    low: float
    high: float
    kind: str
    mark: str
    source: str
    value: float | None
    driver: str

    @property
    def is_met(self) -> bool | None:
        """Whether ours lies in the range; None without a value."""
        return None if self.value is None else self.low <= self.value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The network against as many individual air-water heat pumps as there are dwellings.

    Parameters
    ----------
    dwellings : int or None
        Dwellings compared; None where the scenario has none.
    strategy : str or None
        Tap-water strategy of the reference, the scenario's own.
    network : mapping of str to Variant
        By case, ``"base"`` first. Compressors, all pumps and auxiliaries.
    reference : mapping of str to Variant
        By tap-water strategy; empty without dwellings.
    definition : str
        Which of ``by_definition`` the headline is.
    by_definition : mapping of str to float or None
        Freed dwellings by each of `DEFINITIONS`, for ``strategy``.
    by_strategy : mapping of str to mapping
        The same for every strategy.
    common_hour : mapping of str to CommonHour
        By case; empty without dwellings.
    household_peak : float
        A household's share of the evening peak, for definition ``dwelling``. [W]
    dwelling_peak_mean : float or None
        Mean over the dwellings of each one's own highest hour. [W]
    planning : tuple of PlanningFigure
        Figures that others plan with.
    targets : tuple of Target
        The memo's figures beside ours; empty for other scenarios.
    """

    dwellings: int | None
    strategy: str | None
    network: Mapping[str, Variant]
    reference: Mapping[str, Variant]
    definition: str
    by_definition: Mapping[str, float | None]
    by_strategy: Mapping[str, Mapping[str, float | None]]
    common_hour: Mapping[str, CommonHour]
    household_peak: float
    dwelling_peak_mean: float | None
    planning: tuple[PlanningFigure, ...]
    targets: tuple[Target, ...]

    @property
    def freed_dwellings(self) -> float | None:
        """Dwellings' worth of capacity that the network frees, by ``definition``."""
        return self.by_definition[self.definition]

    @property
    def peak_ratio(self) -> float | None:
        """Peak of the network over that of the reference, in the case of ``definition``."""
        case = self.definition.rpartition("_")[2]
        if self.strategy is None or case not in self.network:
            return None
        reference_peak = self.reference[self.strategy].peak
        return self.network[case].peak / reference_peak if reference_peak > 0.0 else None
