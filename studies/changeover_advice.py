"""When to switch, in sentences that name their figures."""

import math
from collections.abc import Callable, Sequence

from .changeover_event import Event
from .changeover_trial import Trial

KW, MWH = 1e3, 3.6e9

WORTH = 0.02
"""A day must better the run's own by this share to be named. [1]"""

LEAST = 1e-4
"""Less is written as none. [MWh]"""

NAMES = {1: "heat", -1: "cold"}


def advise(
    events: Sequence[Event],
    trials: Sequence[Sequence[Trial]],
    time: Callable[[int], str],
) -> list[str]:
    """Return when to switch.

    Parameters
    ----------
    events : sequence of Event
        Of one circuit.
    trials : sequence of sequence of Trial
        Other times for each.
    time : callable
        Name of a step of the run.

    Returns
    -------
    list of str
        The run, what pipes cost beside a day's delay, then each change-over: its day, its hour.
    """
    told = [_year(events), *_weights(events, trials)]
    for event, tried in zip(events, trials, strict=True):
        days = [trial for trial in tried if trial.kind == "day"]
        own = next((trial for trial in days if trial.row == event.row), None)
        if own is None:
            continue
        hours = [trial for trial in tried if trial.kind == "hour"]
        by_hour = _hour(event, own, hours, time) if hours else ""
        told.append(f"{_day(event, own, days, time)} {by_hour}".rstrip())
    return told


def _year(events: Sequence[Event]) -> str:
    heats = [event for event in events if event.mode > 0]
    colds = [event for event in events if event.mode < 0]
    told = []
    if heats:
        warmed = sum(event.flushed for event in heats)
        told.append(f"{_mwh(warmed)} of heat fill pipes that held cold water")
    if colds:
        cooled = -sum(min(event.flushed, 0.0) for event in colds)
        lost = sum(event.standing_loss for event in colds)
        told.append(f"{_mwh(cooled)} of cold empty pipes that held warm water")
        told.append(f"{_mwh(lost)} of heat go from standing pipes to the ground before cold comes")
    listed = " and ".join([", ".join(told[:-1]), told[-1]] if told[1:] else told)
    many = "" if len(events) == 1 else "s"
    return f"{len(events)} change-over{many}: {listed}."


def _weights(events: Sequence[Event], trials: Sequence[Sequence[Trial]]) -> list[str]:
    """Return what the pipes take at most, beside what a day's delay misses at most."""
    paid, late = 0.0, 0.0
    for event, tried in zip(events, trials, strict=True):
        days = [trial for trial in tried if trial.kind == "day"]
        place = next((k for k, trial in enumerate(days) if trial.row == event.row), None)
        if place is None:
            continue
        paid = max(paid, event.mode * days[place].flushed)
        if place + 1 < len(days):
            late = max(late, days[place + 1].cost(event.mode) - days[place].cost(event.mode))
    if late <= 0.0:
        return []
    early = _earlier(events, trials)
    pause = (
        f" {early} of them would cost less earlier: the pause between the modes costs more than "
        "the pipes."
    )
    return [
        f"Pipes take {_mwh(paid)} at a change-over at most; a switch that comes a day "
        f"later misses up to {_mwh(late)} more." + pause * bool(early)
    ]


def _earlier(events: Sequence[Event], trials: Sequence[Sequence[Trial]]) -> int:
    """Return how many change-overs after a pause would cost clearly less on an earlier day."""
    count = 0
    for event, tried in zip(events, trials, strict=True):
        days = [trial for trial in tried if trial.kind == "day"]
        own = [trial.cost(event.mode) for trial in days if trial.row == event.row]
        before = [trial.cost(event.mode) for trial in days if trial.row < event.row]
        if event.standing > 0.0 and own and before:
            count += min(before) < (1.0 - WORTH) * own[0]
    return count


def _parts(event: Event, trial: Trial) -> str:
    paid = max(event.mode * trial.flushed, 0.0)
    missed = trial.missed_heat - trial.missed_cold + trial.unserved
    return f"{_mwh(missed)} out of mode or unserved and {_mwh(paid)} for the pipes"


def _day(event: Event, own: Trial, days: list[Trial], time: Callable[[int], str]) -> str:
    best = min(days, key=lambda trial: trial.cost(event.mode))
    cost, least = own.cost(event.mode), best.cost(event.mode)
    begin = f"To {NAMES[event.mode]} {on(time(own.row))}: {_parts(event, own)}."
    if len(days) == 1:
        return f"{begin} No other day was tried: a change-over or an end of the run is too near."
    if cost - least <= WORTH * cost:
        early = next((trial for trial in days if trial.row < own.row), None)
        late = next((trial for trial in reversed(days) if trial.row > own.row), None)
        sides = [
            f"{on(time(trial.row))} it would cost {_more(trial.cost(event.mode) - cost)}"
            for trial in (early, late)
            if trial is not None
        ]
        return f"{begin} No day tried is better by more than {WORTH:.0%}; {', '.join(sides)}."
    verb, end = ("earlier", "earliest") if best.row < own.row else ("later", "latest")
    rows = [trial.row for trial in days]
    edge = f"; that is the {end} that was tried" if best.row in (min(rows), max(rows)) else ""
    return (
        f"{begin} Switch {verb}, {on(time(best.row))}: {_parts(event, best)}, "
        f"{_mwh(cost - least)} less{edge}."
    )


def _hour(event: Event, own: Trial, hours: list[Trial], time: Callable[[int], str]) -> str:
    """Return the hour of the day with the least peak, of those that cost no more."""
    cost = own.cost(event.mode)
    as_cheap = [each for each in hours if each.cost(event.mode) <= cost] or [own]
    best = min(as_cheap, key=lambda trial: abs(trial.peak))
    begin = f"At {time(own.row)} the plant is asked for {_kw(own)}"
    if abs(best.peak) >= (1.0 - WORTH) * abs(own.peak):
        return f"{begin}; no other hour of that day that costs no more asks for less."
    saved = cost - best.cost(event.mode)
    return f"{begin}, at {time(best.row)} for {_kw(best)}, with {_mwh(saved)} less missed."


def _kw(trial: Trial) -> str:
    return f"{abs(trial.peak) / KW:,.0f} kW"


def _mwh(heat: float) -> str:
    """Write joules with three significant digits, to 0.1 kWh at most."""
    mwh = heat / MWH
    size = math.floor(math.log10(max(abs(mwh), LEAST)))
    return f"{mwh:,.{min(max(2 - size, 0), 4)}f} MWh" if abs(mwh) >= LEAST else "0 MWh"


def _more(heat: float) -> str:
    return f"{_mwh(abs(heat))} {'less' if heat < 0.0 else 'more'}"


def on(name: str) -> str:
    """Return a date or an instant with the word that goes before it.

    Parameters
    ----------
    name : str
        As `results.instants.instant_name` writes it.

    Examples
    --------
    >>> on("2029-06-01T07:00"), on("7200 s")
    ('on 2029-06-01T07:00', 'at 7200 s')
    """
    return f"at {name}" if name.endswith(" s") else f"on {name}"
