"""Circuits that deliver to consumers of their own, step by step, in their order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ..model.water import water_table
from ..networks.boundary import Boundary
from ..networks.columns import FloatArray
from ..networks.initial import initial_profiles
from ..networks.system import System
from ..profiles.year import Profiles
from .circuit_year import CircuitYear
from .delivery import (
    UNDISTURBED,
    Distribution,
    SourceGround,
    delivered,
    find_delivery,
    linked_among,
)
from .dynamic import DYNAMIC_FIELDS
from .dynamic_trenches import Linked, travel_linked
from .dynamic_zones import Drives, travel_zones
from .field_choice import FieldChoice
from .roles import distribution_circuits
from .travel import travel_year
from .tree_memory import Memory


def travel_distribution(
    system: System,
    profiles: Profiles,
    fields: FieldChoice,
    memory: Memory,
    ground: SourceGround = UNDISTURBED,
) -> Distribution:
    """Move the water of the distribution circuits through all steps.

    Parameters
    ----------
    system : System
        What is asked.
    profiles : Profiles
        Of the steps, see `dynamic_profiles`.
    fields : FieldChoice
        Fields of pipes and junctions to keep.
    memory : Memory
        Whose rules say where results are kept.
    ground : SourceGround, optional
        What circuits that bring sources to the plant make of it.

    Returns
    -------
    dict of str to CircuitYear
        In the order of the system's circuits.
    dict of str to ExchangerYear
        What passed each exchanger between them, means of the steps.
    """
    asked = find_delivery(system, ground)
    kept = [name for name in DYNAMIC_FIELDS if name.removesuffix("_mean") in fields.names]
    rows_start = profiles.times is not None
    traveller = _Traveller(system, kept, memory, rows_start=rows_start, rough=asked.rough)

    def boundary(name: str, passed: Mapping[int, FloatArray]) -> Boundary:
        return delivered(system, profiles, name, ground, passed)

    solved, passed = ground.found
    for unit in asked.alone:
        solved |= traveller.travel(unit, {name: boundary(name, {}) for name in unit}, {})
    if asked.together:
        water = water_table(system.scenario.water)
        zones, passed = travel_zones(
            asked.together, asked.exchangers, boundary, traveller.travel, water
        )
        solved |= zones
    return {name: solved[name] for name in asked.names}, passed


@dataclass(frozen=True, slots=True)
class _Traveller:
    """Moves circuits together that share trenches, others by themselves."""

    system: System
    fields: Collection[str]
    rules: Memory
    rows_start: bool
    rough: Collection[str]
    """Circuits that keep no fields."""
    places: dict[str, Memory] = field(default_factory=dict)

    def travel(
        self, unit: Sequence[str], boundaries: Mapping[str, Boundary], drives: Drives
    ) -> dict[str, CircuitYear]:
        """Return circuits moved through all steps; those of the pass before are overwritten.

        Circuits that share trenches exchange heat where all of them are in the unit.
        """
        circuits = {name: self.system.circuits[name] for name in unit}
        initial = {name: initial_profiles(self.system.tables, c) for name, c in circuits.items()}
        fields = () if set(self.rough) & set(unit) else self.fields
        linked = [name for name in unit if name in self.linked <= set(unit)]
        years = {
            name: travel_year(
                circuits[name],
                boundaries[name],
                self.system.scenario,
                initial=initial[name],
                fields=fields,
                memory=self._place(name),
                rows_start=self.rows_start,
                drives=drives.get(name, ()),
            )
            for name in unit
            if name not in linked
        }
        if linked:
            together = Linked(
                circuits={name: circuits[name] for name in linked},
                boundaries={name: boundaries[name] for name in linked},
                trenches=self.system.trenches,
                scenario=self.system.scenario,
                initial=initial,
                fields=fields,
                rows_start=self.rows_start,
                drives=drives,
            )
            years |= travel_linked(together, self._place(linked[0]))
        return years

    @property
    def linked(self) -> set[str]:
        """Distribution circuits that share trenches."""
        return set(linked_among(self.system, distribution_circuits(self.system)))

    def _place(self, name: str) -> Memory:
        return self.places.setdefault(name, self.rules.another())
