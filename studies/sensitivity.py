"""Which assumptions move the answer, and by how much: a small tornado table."""

from dataclasses import dataclass

from ..solvers.simulation import Simulation
from .assumptions import ASSUMPTIONS, Assumption
from .trial import Outcome, Trial, make_trial

__all__ = ["Outcome", "SensitivityRow", "tornado"]


ROUNDING = 6
"""Digits of a swing that count for the order: rows that move nothing keep theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityRow:
    """One assumption, moved to a low and a high value.

    Parameters
    ----------
    id : str
        The scenario's key, or a short name where it has none.
    name, unit : str
        In words, and the unit of its values.
    mark : str
        ``memo``, ``source`` or ``assumed``: where the range comes from.
    base, low, high : Outcome
        As it stands, and at the two ends of the range.
    note : str
        What the quick calculation leaves out, if anything. What an end of the range took to be
        served, or leaves unserved, each outcome tells itself.
    """

    id: str
    name: str
    unit: str
    mark: str
    base: Outcome
    low: Outcome
    high: Outcome
    note: str

    @property
    def swing(self) -> float:
        """Width of the range of freed dwellings, over both values and as it stands."""
        freed = [outcome.freed_dwellings for outcome in (self.base, self.low, self.high)]
        return max(freed) - min(freed)


def tornado(simulation: Simulation) -> list[SensitivityRow]:
    """Return the assumptions that move the freed dwellings, the strongest first.

    Parameters
    ----------
    simulation : Simulation
        A whole year with plant and dwellings.

    Returns
    -------
    list of SensitivityRow
        Empty where there is nothing to compare.

    Notes
    -----
    Solved circuits are used again. The plant is dispatched anew for the whole year, with as many
    units as it takes to serve what it serves as it stands, since unserved heat would flatter the
    network; individual heat pumps on the days that hold their highest hours. That these days give
    the year's own peak is checked before; if they do not, the whole year is used.
    """
    trial = make_trial(simulation)
    if trial is None:
        return []
    rows = [_row(trial, each) for each in ASSUMPTIONS if each.applies(trial)]
    return sorted(rows, key=lambda row: -round(row.swing, ROUNDING))


def _row(trial: Trial, assumption: Assumption) -> SensitivityRow:
    now, low, high = assumption.values(trial)
    base, less, more = (
        trial.outcome(now),
        assumption.solve(trial, low),
        assumption.solve(trial, high),
    )
    return SensitivityRow(
        id=assumption.id,
        name=assumption.name,
        unit=assumption.unit,
        mark=assumption.mark,
        base=base,
        low=less,
        high=more,
        note=assumption.note,
    )
