"""When to switch, in sentences that name their figures."""

from collections.abc import Callable, Sequence

from .changeover_event import Event
from .changeover_trial import Trial

KW, MWH = 1e3, 3.6e9

WORTH = 0.02
"""A day must better the run's own by this share to be named. [1]"""

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
    warmed = sum(event.flushed for event in heats) / MWH
    cooled = -sum(min(event.flushed, 0.0) for event in colds) / MWH
    lost = sum(event.standing_loss for event in events if event.mode < 0) / MWH
    return (
        f"{len(events)} change-overs: {warmed:.1f} MWh of heat fill pipes that held cold water, "
        f"{cooled:.1f} MWh of cold empty pipes that held warm water, and {lost:.1f} MWh of heat "
        "go from standing pipes to the ground before cold comes."
    )


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
        f"Pipes take {paid / MWH:.2f} MWh at a change-over at most; a switch that comes a day "
        f"later misses up to {late / MWH:.2f} MWh more." + pause * bool(early)
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
    paid = max(event.mode * trial.flushed, 0.0) / MWH
    missed = (trial.missed_heat - trial.missed_cold + trial.unserved) / MWH
    return f"{missed:.2f} MWh out of mode or unserved and {paid:.2f} MWh for the pipes"


def _day(event: Event, own: Trial, days: list[Trial], time: Callable[[int], str]) -> str:
    best = min(days, key=lambda trial: trial.cost(event.mode))
    cost, least = own.cost(event.mode), best.cost(event.mode)
    begin = f"To {NAMES[event.mode]} on {time(own.row)}: {_parts(event, own)}."
    if cost - least <= WORTH * cost:
        early = next((trial for trial in days if trial.row < own.row), None)
        late = next((trial for trial in reversed(days) if trial.row > own.row), None)
        sides = [
            f"{time(trial.row)} would cost {(trial.cost(event.mode) - cost) / MWH:+.2f} MWh"
            for trial in (early, late)
            if trial is not None
        ]
        return f"{begin} No day tried is better by more than {WORTH:.0%}; {', '.join(sides)}."
    verb = "earlier" if best.row < own.row else "later"
    return (
        f"{begin} Switch {verb}, on {time(best.row)}: {_parts(event, best)}, "
        f"{(cost - least) / MWH:.2f} MWh less."
    )


def _hour(event: Event, own: Trial, hours: list[Trial], time: Callable[[int], str]) -> str:
    """Return the hour of the day with the least peak, of those that cost no more."""
    cost = own.cost(event.mode)
    as_cheap = [each for each in hours if each.cost(event.mode) <= cost] or [own]
    best = min(as_cheap, key=lambda trial: abs(trial.peak))
    begin = f"At {time(own.row)} the plant is asked for {_kw(own)}"
    if abs(best.peak) >= (1.0 - WORTH) * abs(own.peak):
        return f"{begin}; no other hour of that day that costs no more asks for less."
    saved = (cost - best.cost(event.mode)) / MWH
    return f"{begin}, at {time(best.row)} for {_kw(best)}, with {saved:.2f} MWh less missed."


def _kw(trial: Trial) -> str:
    return f"{abs(trial.peak) / KW:,.0f} kW"
