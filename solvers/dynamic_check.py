"""What a dynamic solve cannot move: shapes that do not fit, and values that are no numbers."""

from collections.abc import Collection, Iterator
from itertools import chain

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..model.water import VALID_FROM, VALID_UNTIL
from ..networks.boundary import Boundary
from ..networks.columns import SIDES, BoolArray, Circuit, FloatArray
from ..networks.initial import Profile

Shapes = dict[str, tuple[FloatArray | None, tuple[int, ...]]]


def check_steps(
    circuit: Circuit, boundary: Boundary, initial: Collection[Profile], rise: FloatArray | None
) -> None:
    """Refuse arrays whose shape does not fit, durations that are none, and false profiles.

    Parameters
    ----------
    circuit : Circuit
        What is solved.
    boundary : Boundary
        Its steps.
    initial : collection of Profile
        Water at the start.
    rise : array of float or None
        See `solve_dynamic`.

    Raises
    ------
    InvalidInputError
        With a line for each fault.
    """
    item = f"boundary of {circuit.id!r}"
    faults = list(chain(_shape_faults(circuit, boundary, rise), _profile_faults(circuit, initial)))
    duration = boundary.duration
    if duration.ndim == 1 and len(duration):
        faults += _value_faults(item, "duration", duration, (duration >= 0.0, "at least 0 s"))
    if faults:
        raise InvalidInputError(*faults)


def check_values(circuit: Circuit, boundary: Boundary) -> None:
    """Refuse loads and temperatures that are no numbers.

    Parameters
    ----------
    circuit : Circuit
        What is solved.
    boundary : Boundary
        Its steps, with what exchangers and other circuits decide.

    Raises
    ------
    InvalidInputError
        With a line for each array.
    """
    item, faults = f"boundary of {circuit.id!r}", list[Fault]()
    for name in ("heat", "supply_temperature", "ground_temperature", "return_ground_temperature"):
        values = getattr(boundary, name)
        if values is None:
            continue
        accepted = np.isfinite(values)
        if name == "heat" and boundary.flow is not None:  # where a flow is given it plays no part
            accepted = accepted | ~np.isnan(boundary.flow)
        faults += _value_faults(item, name, values, (accepted, "finite numbers"))
    for name in ("return_temperature", "temperature_difference", "flow"):
        values = getattr(boundary, name)
        if values is not None:
            accepted = ~np.isinf(values)
            faults += _value_faults(item, name, values, (accepted, "numbers, or NaN for none"))
    if faults:
        raise InvalidInputError(*faults)


def _shape_faults(
    circuit: Circuit, boundary: Boundary, rise: FloatArray | None
) -> Iterator[Fault]:
    item = f"boundary of {circuit.id!r}"
    if boundary.duration.ndim != 1 or not len(boundary.duration):
        yield Fault(item, "duration.shape", boundary.duration.shape, "(steps,), at least one step")
        return
    steps = len(boundary.heat) if np.ndim(boundary.heat) else 0
    if steps != len(boundary.duration):
        yield Fault(item, "duration.shape", boundary.duration.shape, f"({steps},), as heat has")
    consumers, pipes = len(circuit.consumer_ids), len(circuit.pipe_ids)
    producers = len(circuit.producer_ids)
    shapes: Shapes = {
        "heat": (boundary.heat, (steps, consumers)),
        "supply_temperature": (boundary.supply_temperature, (steps, producers)),
        "return_temperature": (boundary.return_temperature, (steps, consumers)),
        "temperature_difference": (boundary.temperature_difference, (steps, consumers)),
        "ground_temperature": (boundary.ground_temperature, (steps, pipes)),
        "return_ground_temperature": (boundary.return_ground_temperature, (steps, pipes)),
        "flow": (boundary.flow, (steps, consumers)),
        "is_open": (boundary.is_open, (steps, len(circuit.valves.ids))),
        "pressure_rise": (boundary.pressure_rise, (steps, len(circuit.boosters.ids))),
        "pressure": (boundary.pressure, (steps, circuit.holders)),
    }
    for name, (values, shape) in shapes.items():
        if values is not None and np.shape(values) != shape:
            yield Fault(item, f"{name}.shape", np.shape(values), str(shape))
    if rise is not None and np.shape(rise) != (2, pipes, steps):
        yield Fault("solve_dynamic", "rise.shape", np.shape(rise), f"{(2, pipes, steps)}")


def _value_faults(
    item: str, name: str, values: FloatArray, rule: tuple[BoolArray, str]
) -> list[Fault]:
    """Return a fault for the first value that is not accepted, with the number of others."""
    accepted, text = rule
    if accepted.all():
        return []
    wrong = np.argwhere(~np.broadcast_to(accepted, values.shape))
    place = tuple(int(axis) for axis in wrong[0])
    shown = ", ".join(str(axis) for axis in place)
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return [Fault(item, f"{name}[{shown}]", float(values[place]), f"{text}{more}")]


def _profile_faults(circuit: Circuit, initial: Collection[Profile]) -> Iterator[Fault]:
    """Yield what is wrong with profiles; positions and temperatures as those of a file."""
    seen: set[tuple[int, int]] = set()
    for number, profile in enumerate(initial, start=1):
        item, pipes = f"initial profile {number}", len(circuit.pipe_ids)
        if not 0 <= profile.pipe < pipes:
            yield Fault(item, "pipe", profile.pipe, f"a row of the {pipes} pipes, from 0")
            continue
        if profile.side not in range(len(SIDES)):
            yield Fault(item, "side", profile.side, "0 for supply or 1 for return")
            continue
        name = circuit.pipe_ids[profile.pipe]
        if not circuit.has_pipe[profile.side, profile.pipe]:
            yield Fault(item, "side", profile.side, f"the side that pipe '{name}' has")
        if (profile.pipe, profile.side) in seen:
            rule = f"one profile for the {SIDES[profile.side]} pipe of '{name}'"
            yield Fault(item, "pipe", profile.pipe, rule)
        seen.add((profile.pipe, profile.side))
        yield from _course_faults(item, profile, float(circuit.pipes.length[profile.pipe]))


def _course_faults(item: str, profile: Profile, length: float) -> Iterator[Fault]:
    position, temperature = np.asarray(profile.position), np.asarray(profile.temperature)
    if position.ndim != 1 or not len(position):
        yield Fault(item, "position.shape", position.shape, "(rows,), at least one row")
        return
    if temperature.shape != position.shape:
        yield Fault(item, "temperature.shape", temperature.shape, f"{position.shape}")
        return
    rises = np.diff(position, prepend=-1.0) > 0.0
    within = (position >= 0.0) & (position <= length)
    rule = f"rising positions from 0 to {length:g} m"
    yield from _value_faults(item, "position", position, (rises & within, rule))
    known = (temperature >= VALID_FROM) & (temperature <= VALID_UNTIL)
    rule = f"{VALID_FROM:g} to {VALID_UNTIL:g} °C"
    yield from _value_faults(item, "temperature", temperature, (known, rule))
