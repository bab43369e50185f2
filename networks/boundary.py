"""What drives a circuit through time: the input of the solvers."""

from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np

from .columns import BoolArray, FloatArray, IntArray


class Feed(NamedTuple):
    """What the producers after the first one give; NaN where not given.

    One of flow, share, heat and limit holds for each producer and hour; without any it gives
    nothing. The first producer holds the pressure and gives what is missing.

    Parameters
    ----------
    mass_flow : array of float, shape (hours, producers)
        From return to supply; negative where water is let back. [kg/s]
    share : array of float, shape (hours, producers)
        Of the flow that all consumers draw. [1]
    heat : array of float, shape (hours, producers)
        Into the water, but no more than what is drawn can take; cold is negative. [W]
    limit : array of float, shape (hours, producers)
        Most that it gives of what is needed, at least 0. [W]
    priority : array of float, shape (hours, producers)
        Producers with a limit give in the order of this number, the smallest first.
    """

    mass_flow: FloatArray
    share: FloatArray
    heat: FloatArray
    limit: FloatArray
    priority: FloatArray


class FarSide(NamedTuple):
    """What the network's water meets in substations; NaN where none decides the return.

    Parameters
    ----------
    supply, back : array of float, shape (hours, consumers)
        Secondary supply and return of an exchanger; of an emitter the air of its room, in both.
        [°C]
    """

    supply: FloatArray
    back: FloatArray


class Outside(NamedTuple):
    """What circuits that are solved elsewhere make of the ground in shared trenches.

    Parameters
    ----------
    pipe : array of int, shape (seen,)
        Columns of the circuit's routes that lie beside theirs.
    rise : array of float, shape (hours, seen, 2)
        How far the water of these routes would be above the undisturbed ground if it stood and
        only those circuits warmed it. [K]
    """

    pipe: IntArray
    rise: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """Loads and temperatures of one circuit at every hour (or other instant).

    Arrays may be broadcast views; hours need not be contiguous.

    Parameters
    ----------
    heat : array of float, shape (hours, consumers)
        Asked for by each consumer; cold is negative. [W]
    supply_temperature : array of float, shape (hours, producers)
        Leaving each producer. [°C]
    return_temperature : array of float, shape (hours, consumers)
        Leaving each substation; NaN where a difference is given. [°C]
    temperature_difference : array of float, shape (hours, consumers)
        Supply less return at the substation, negative for cold; NaN where a return
        temperature is given. [K]
    ground_temperature : array of float, shape (hours, pipes)
        Ground at the pipes: undisturbed, or what pipes of other routes make of it. [°C]
    duration : array of float, shape (hours,)
        Time each state stands for. [s]
    flow : array of float, shape (hours, consumers), or None
        Drawn by each consumer whatever its heat; NaN where its heat decides, None where that
        is so for all. [kg/s]
    feed : Feed or None
        What the producers after the first one give; None: nothing.
    is_open : array of float, shape (hours, valves), or None
        1 where a valve is open, 0 where it is shut; None: all are open.
    pressure_rise : array of float, shape (hours, boosters), or None
        Of each booster, with the flow that counts as positive. [Pa]
    pressure : array of float, shape (hours, holders), or None
        Held in a one-line network, gauge; None in a closed circuit. [Pa]
    outlet : array of bool, shape (consumers,), or None
        Consumers of a one-line network that are open ends; None: none is.
    return_ground_temperature : array of float, shape (hours, pipes), or None
        Ground at the return pipes, where it is not that of the supply pipes. [°C]
    far_side : FarSide or None
        Of substations, which decide the return temperature where it is given here; None: no
        consumer has one.
    outside : Outside or None
        For those who solve circuits of shared trenches together: what others add to the ground
        given here; None: nothing.
    """

    heat: FloatArray
    supply_temperature: FloatArray
    return_temperature: FloatArray
    temperature_difference: FloatArray
    ground_temperature: FloatArray
    duration: FloatArray
    flow: FloatArray | None = None
    feed: Feed | None = None
    is_open: FloatArray | None = None
    pressure_rise: FloatArray | None = None
    pressure: FloatArray | None = None
    outlet: BoolArray | None = None
    return_ground_temperature: FloatArray | None = None
    far_side: FarSide | None = None
    outside: Outside | None = None

    def at(self, hours: slice | IntArray) -> "Boundary":
        """Return some of the hours.

        Parameters
        ----------
        hours : slice or array of int
            Which.
        """
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        feed, far_side, outside = (given.pop(n) for n in ("feed", "far_side", "outside"))
        given.pop("outlet")
        return replace(
            self,
            **{name: _some(value, hours) for name, value in given.items() if value is not None},
            feed=feed and Feed(*(_some(column, hours) for column in feed)),
            far_side=far_side and FarSide(*(_some(column, hours) for column in far_side)),
            outside=outside and outside._replace(rise=_some(outside.rise, hours)),
        )

    def with_start(self) -> "Boundary":
        """Return the steps after a row without duration, which shows the state at the start.

        With it, what a dynamic solve stores begins with the state before the first step.
        """
        rows = np.concatenate([[0], np.arange(len(self.duration))])
        return replace(self.at(rows), duration=np.concatenate([[0.0], self.duration]))


def _some(column: Any, hours: slice | IntArray) -> Any:
    """Return some hours of a column; what is equal in all hours, or for all, stays a view."""
    if isinstance(hours, slice) or column.ndim == 1 or not column.size:
        return column[hours]
    if column.strides[0] == 0:
        return np.broadcast_to(column[:1], (len(hours), *column.shape[1:]))
    if column.strides[1] == 0:
        return np.broadcast_to(column[:, :1][hours], (len(hours), *column.shape[1:]))
    return column[hours]
