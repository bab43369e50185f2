"""A solved year: what `simulate` returns, before anything is summed or drawn."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..networks.system import System
from ..profiles.year import Profiles
from .circuit_year import DesignState
from .plant_year import Case, ReferenceYear


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Everything that was solved for one scenario.

    Parameters
    ----------
    system : System
        What was asked.
    profiles : Profiles
        What came from outside.
    cases : mapping of str to Case
        ``"base"`` first, then the scenario's cases.
    design : mapping of str to DesignState
        Distribution circuits in their design state; empty without design loads.
    reference : mapping of str to ReferenceYear
        Individual heat pumps by tap-water strategy; empty without dwellings.
    out_of_mode_heat, out_of_mode_cold : float
        Demand of the year outside its mode, cold negative. [J]
    seconds : mapping of str to float
        Wall time by stage. [s]
    """

    system: System
    profiles: Profiles
    cases: Mapping[str, Case]
    design: Mapping[str, DesignState]
    reference: Mapping[str, ReferenceYear]
    out_of_mode_heat: float
    out_of_mode_cold: float
    seconds: Mapping[str, float]
