"""Hours that were solved apart become one year again."""

from collections.abc import Sequence
from dataclasses import fields as fields_of
from dataclasses import replace
from typing import Any

import numpy as np

from ..networks.columns import FloatArray
from .circuit_year import CircuitYear, PipeFigures
from .large_arrays import AnyArray, release
from .tree_memory import Memory, in_blocks, in_hours

BY_CONSUMER = "consumer_"
"""Names of arrays of shape (blocks, lanes, consumers), or (hours, consumers), begin so."""

IN_BLOCKS = 3
"""Axes of an array by consumer that stands in blocks of hours."""

LARGEST = ("peak_mass_flow", "peak_velocity", "peak_gradient", "max_temperature", "max_pressure")
LEAST = ("min_temperature", "min_pressure")


class PartMemory(Memory):
    """Memory of a whole year for solves of parts of it, one after another.

    What consumers get, and what is `keep` of fields, has a place for each part; everything else
    is overwritten by the next.

    Parameters
    ----------
    hours : int
        Of the whole year.
    rules : Memory
        With which it shares the room.
    """

    def __init__(self, hours: int, rules: Memory) -> None:
        super().__init__(rules.folder, rules.in_memory)
        self.share_room(rules)
        self.hours = hours
        self.first = 0
        """First hour of the part that is solved now, a multiple of the kernels' lanes."""

    def array(
        self, name: str, shape: tuple[int, ...], dtype: type = np.float64, *, zeros: bool = False
    ) -> AnyArray:
        """Return the array of a name: of consumers the part's place, of others a new one."""
        if not name.startswith(BY_CONSUMER):
            return super().array(name, shape, dtype, zeros=zeros)
        in_parts = len(shape) == IN_BLOCKS
        if not self.knows(name):
            hours = in_blocks(self.hours) if in_parts else (self.hours,)
            super().array(name, (*hours, *shape[len(hours) :]), dtype, zeros=True)
        place = self.first // shape[1] if in_parts else self.first
        part = self.whole(name)[place : place + shape[0]]
        if zeros and part.any():  # zeros take no memory until something is written
            part.fill(0)
        return part

    def keep(self, name: str, field: FloatArray) -> FloatArray:
        """Return a field of the part that is solved now, in its place of the year.

        Parameters
        ----------
        name : str
            Of the field.
        field : array of float, shape (hours, pipes or junctions, 2)
            Copied.
        """
        hours, things, sides = field.shape
        whole = super().array(_in_year(name), (sides, self.hours, things))
        some = slice(self.first, self.first + hours)
        for side, values in enumerate(whole):
            values[some] = field[:, :, side]
            release(values[some])
        return np.moveaxis(whole[:, some], 0, 2)

    def kept(self, name: str) -> FloatArray:
        """Return a field of the whole year, shape (hours, pipes or junctions, 2)."""
        return np.moveaxis(self.whole(_in_year(name)), 0, 2)


def _in_year(name: str) -> str:
    """Return the name of a field of the whole year: it is not that of a part."""
    return f"year's {name}"


def join_years(
    years: Sequence[CircuitYear], durations: Sequence[FloatArray], memory: PartMemory
) -> CircuitYear:
    """Return parts of a year as one.

    Parameters
    ----------
    years : sequence of CircuitYear
        Of the same circuit, one after another, with the same fields.
    durations : sequence of array of float
        Of the hours of each part. [s]
    memory : PartMemory
        Holds what it was given for consumers, and fields: these are not copied again.
    """
    if len(years) == 1:
        return years[0]
    first = years[0]
    joined: dict[str, Any] = {}
    for item in fields_of(CircuitYear):
        value = getattr(first, item.name)
        if not isinstance(value, np.ndarray) or item.name == "exchange_by_pipe":
            continue
        joined[item.name] = _together(
            [getattr(year, item.name) for year in years], item.name, memory
        )
    of_fields = {name: memory.kept(name) for name in first.fields}
    exchange = {
        name: np.concatenate([year.exchange_from[name] for year in years])
        for name in first.exchange_from
    }
    seconds = np.array([float(duration.sum()) for duration in durations])
    given = [year.exchange_by_pipe for year in years if year.exchange_by_pipe is not None]
    return replace(
        first,
        **joined,
        fields=of_fields,
        exchange_from=exchange,
        exchange_by_pipe=np.sum(given, axis=0) if given else None,
        pipe_figures=_join_figures([year.pipe_figures for year in years], seconds),
    )


def _together(parts: list[AnyArray], name: str, memory: PartMemory) -> AnyArray:
    """Return parts as one array: the whole of which they are views, or a copy."""
    if memory.knows(name):
        whole = memory.whole(name)
        whole = in_hours(whole, memory.hours) if whole.ndim == IN_BLOCKS else whole
        if all(np.may_share_memory(part, whole) for part in parts):
            return whole
    return np.concatenate(parts)


def _join_figures(parts: Sequence[PipeFigures], seconds: FloatArray) -> PipeFigures:
    """Return the figures over all parts; a part without flow, or without time, has no say."""
    stacks = {name: np.stack([getattr(part, name) for part in parts]) for name in parts[0]._fields}
    total = float(seconds.sum())
    warmth = np.nansum(stacks["mean_temperature"] * seconds[:, None, None], axis=0)
    joined = {
        "mean_temperature": warmth / (total if total > 0.0 else np.nan),
        "heat_loss": stacks["heat_loss"].sum(axis=0),
    }
    joined |= {name: np.fmax.reduce(stacks[name]) for name in LARGEST}
    joined |= {name: np.fmin.reduce(stacks[name]) for name in LEAST}
    return PipeFigures(**joined)
