"""Change-over of circuits that heat and cool: what each takes, and when to switch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..networks.system import System
from ..profiles.build import build_profiles
from ..profiles.year import Profiles
from ..results.instants import instant_name
from ..solvers.drawing import CAP
from ..solvers.roles import distribution_circuits
from .buildings import buildings_of
from .changeover_advice import advise
from .changeover_event import HOUR, Event, follow
from .changeover_move import load_behind
from .changeover_span import DAY, Pace, span_around
from .changeover_trial import Trial, try_switches
from .fine_steps import check_step
from .turns import mode_turns

PACE = Pace(early=30.0, later=300.0)
"""Of the fine steps, unless a length is asked for: what buildings wait for comes early. [s]"""

KWH, MWH, KW = 3.6e6, 3.6e9, 1e3
"""Joules, and watts."""

MODES = {1: "heat", -1: "cold"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOvers:
    """Every change-over of one circuit.

    Parameters
    ----------
    circuit : str
        Its id.
    consumers : tuple of str
        Ids of the buildings, the axis of the events' arrays: an exchanger is none.
    events : tuple of Event
        In the order of time.
    trials : tuple of tuple of Trial
        Other times to switch, by event.
    """

    circuit: str
    consumers: tuple[str, ...]
    events: tuple[Event, ...]
    trials: tuple[tuple[Trial, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOverStudy:
    """What `find_changeovers` returns.

    Parameters
    ----------
    system : System
        What was asked.
    profiles : Profiles
        Of the whole run.
    circuits : tuple of ChangeOvers
        One for each circuit that changes over.
    pace : Pace
        Lengths of the fine steps. [s]
    """

    system: System
    profiles: Profiles
    circuits: tuple[ChangeOvers, ...]
    pace: Pace

    def time(self, row: int) -> str:
        """Return when a step of the run begins, as it is named."""
        profiles = self.profiles
        if profiles.times is None:  # there a row is known by the end of its step
            return f"{profiles.instants[row] - profiles.duration[row]:.10g} s"
        return instant_name(profiles, row)

    def advice(self, each: ChangeOvers) -> list[str]:
        """Return when to switch one of the circuits, in sentences with their figures."""
        return [*advise(each.events, each.trials, self.time), *self._unbound(each)]

    def _unbound(self, each: ChangeOvers) -> list[str]:
        """Tell of buildings whose flow nothing bounds."""
        circuit = self.system.circuits[each.circuit]
        rows = [circuit.consumer_ids.index(name) for name in each.consumers]
        asks = np.any([event.asked != 0.0 for event in each.events], axis=0)
        free = np.isinf(circuit.consumers.max_flow[rows]) & asks
        if not free.any():
            return []
        return [
            f"{int(free.sum())} of {len(rows)} buildings have neither a max_flow nor a "
            f"design_load: as long as their water is not there they draw up to {CAP:g} times the "
            "flow that their load takes, wait less and ask for more at once than they would: give "
            "either."
        ]


def find_changeovers(
    system: System,
    *,
    step: float | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> ChangeOverStudy:
    """Follow every change-over of a run by minutes, and try other times for each.

    Parameters
    ----------
    system : System
        Checked whole; circuits that ``[mode]`` names count.
    step : float, optional
        Length of all steps in the day after a switch; default: 30 s for three hours, then 300 s.
        Steps of at most a minute, as these first ones, see the film between water and wall, which
        takes twenty times as long and moves arrivals by two minutes at most in TregaZinkwit. [s]
    progress : callable, optional
        Called with what begins.

    Returns
    -------
    ChangeOverStudy
        Events of the first day after each switch.

    Raises
    ------
    InvalidInputError
        If no circuit both heats and cools in this run, or the step is too long.

    Notes
    -----
    Dynamic runs of the circuit from two days or so before the old mode ends: with the steps of
    the run until the switch, with fine ones for a day after it. Producers hold their supply
    temperature whatever flows; the plant that makes it is not asked. Circuits in the same trenches
    are there with the water of their steady hours; those on the circuit's exchangers move with it.
    """
    pace = PACE if step is None else Pace(step, step)
    check_step("changeover", pace.early)
    progress("profiles")
    profiles = build_profiles(system)
    turns = mode_turns(profiles.mode)
    names = [n for n in distribution_circuits(system) if n in system.scenario.mode.circuits]
    if not (names and turns):
        rule = "a circuit that heats and cools, and a run in which its mode changes"
        raise InvalidInputError(Fault("scenario.toml [mode]", "circuits", names, rule))
    found = []
    for name in names:
        events, trials, load = [], [], load_behind(system, profiles, name)
        for place, turn in enumerate(turns):
            progress(f"{name}, {instant_name(profiles, turn[0])}")
            span = span_around(profiles, load, turn, pace, DAY)
            events.append(follow(system, profiles, name, turn, span))
            trials.append(try_switches(system, (profiles, load), name, turns, place))
        ids = system.circuits[name].consumer_ids
        found.append(
            ChangeOvers(
                circuit=name,
                consumers=tuple(ids[row] for row in buildings_of(system, system.circuits[name])),
                events=tuple(events),
                trials=tuple(trials),
            )
        )
    return ChangeOverStudy(system=system, profiles=profiles, circuits=tuple(found), pace=pace)


def changeover_figures(study: ChangeOverStudy) -> dict[str, Any]:
    """Return the study as texts, numbers, None and dicts of them, for JSON.

    Parameters
    ----------
    study : ChangeOverStudy
        From `find_changeovers`.
    """
    weather = study.profiles.weather
    return {
        "scenario": study.system.scenario.name,
        "weather": None if weather is None else weather.name,
        "step_s": study.pace.early,
        "later_step_s": study.pace.later,
        "circuits": {each.circuit: _circuit_figures(study, each) for each in study.circuits},
        "balance": {
            "heat_relative": max(e.residual for each in study.circuits for e in each.events),
            "exchangers_relative": max(e.handed for each in study.circuits for e in each.events)
            if study.system.scenario.exchangers
            else None,
        },
    }


def _circuit_figures(study: ChangeOverStudy, each: ChangeOvers) -> dict[str, Any]:
    heats = [event for event in each.events if event.mode > 0]
    colds = [event for event in each.events if event.mode < 0]
    return {
        "changeovers": len(each.events),
        "flushed_to_heat_mwh": sum(event.flushed for event in heats) / MWH,
        "flushed_to_cold_mwh": sum(event.flushed for event in colds) / MWH,
        "standing_loss_mwh": sum(event.standing_loss for event in each.events) / MWH,
        "events": [event_figures(study, each, event) for event in each.events],
        "advice": study.advice(each),
    }


def event_figures(study: ChangeOverStudy, each: ChangeOvers, event: Event) -> dict[str, Any]:
    """Return one change-over as a row of figures.

    Parameters
    ----------
    study : ChangeOverStudy
        The study.
    each : ChangeOvers
        Of the circuit.
    event : Event
        One of its events.
    """
    asks = event.asked != 0.0
    wait = np.where(asks, event.wait, np.nan)  # who asks for nothing waits for nothing
    there = np.isfinite(wait)
    last = int(np.nanargmax(wait)) if there.any() else -1
    return {
        "time": study.time(event.row),
        "to": MODES[event.mode],
        "standing_days": event.standing / DAY,
        "held_before_mwh": event.left / MWH,
        "held_at_switch_mwh": float(event.stored[0]) / MWH,
        "standing_loss_mwh": event.standing_loss / MWH,
        "flushed_mwh": event.flushed / MWH,
        "wall_share": event.wall_share,
        "supply_temperature_c": float(event.supply[0]),
        "hours_until_half": float(np.nanmedian(wait)) / HOUR if there.any() else None,
        "hours_until_last": float(wait[last]) / HOUR if there.any() else None,
        "last_building": each.consumers[last] if there.any() else None,
        "not_reached": int((asks & ~there).sum()),
        "asked_kwh": float(event.asked.sum()) / KWH,
        "unserved_kwh": float(event.unserved.sum()) / KWH,
        "peak_kw": float(event.mode * (event.mode * event.load).max()) / KW,
        "peak_hour_kw": event.peak_hour / KW,
    }


Columns = Mapping[str, list[Any]]


def changeover_tables(study: ChangeOverStudy) -> dict[str, Columns]:
    """Return the study as columns, for CSV files of these names.

    Parameters
    ----------
    study : ChangeOverStudy
        From `find_changeovers`.

    Returns
    -------
    dict of str to dict
        ``changeovers``: a row for each; ``buildings``: for each change-over and building;
        ``course``: step by step; ``switches``: the other times that were tried.
    """
    rows: dict[str, list[dict[str, Any]]] = {
        "changeovers": [],
        "buildings": [],
        "course": [],
        "switches": [],
    }
    for each in study.circuits:
        for event, trials in zip(each.events, each.trials, strict=True):
            head = {"circuit": each.circuit, "time": study.time(event.row)}
            figures = event_figures(study, each, event)
            rows["changeovers"].append({"circuit": each.circuit, **figures})
            rows["buildings"] += [head | row for row in _building_rows(each, event)]
            rows["course"] += [head | row for row in _course_rows(event)]
            rows["switches"] += [head | _trial_row(study, event, trial) for trial in trials]
    return {
        name: {key: [row[key] for row in table] for key in table[0]}
        for name, table in rows.items()
        if table
    }


def _building_rows(each: ChangeOvers, event: Event) -> list[dict[str, Any]]:
    columns = (each.consumers, event.wait / HOUR, event.asked / KWH, event.unserved / KWH)
    names = ("consumer", "hours", "asked_kwh", "unserved_kwh")
    return [dict(zip(names, row, strict=True)) for row in zip(*map(list, columns), strict=True)]


def _course_rows(event: Event) -> list[dict[str, Any]]:
    reached = (event.wait[None, :] <= event.seconds[:, None] + 1e-6).sum(axis=1)
    columns = (
        event.seconds / HOUR,
        event.load / KW,
        event.delivered / KW,
        event.lost / KW,
        event.stored[1:] / MWH,
        event.supply,
        reached,
    )
    names = (
        "hours",
        "load_kw",
        "delivered_kw",
        "lost_kw",
        "stored_mwh",
        "supply_temperature_c",
        "buildings_reached",
    )
    lists = [column.tolist() for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]


def _trial_row(study: ChangeOverStudy, event: Event, trial: Trial) -> dict[str, Any]:
    return {
        "switch": study.time(trial.row),
        "moved": trial.kind,
        "missed_heat_mwh": trial.missed_heat / MWH,
        "missed_cold_mwh": trial.missed_cold / MWH,
        "unserved_mwh": trial.unserved / MWH,
        "flushed_mwh": trial.flushed / MWH,
        "peak_kw": trial.peak / KW,
        "cost_mwh": trial.cost(event.mode) / MWH,
    }
