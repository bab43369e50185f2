"""The arrays of a solve: what the kernels work in and write to, and what becomes of it."""

from math import prod
from pathlib import Path
from weakref import ref

import numpy as np

from ..networks.columns import FloatArray
from .kernel_hours import own
from .kernels.tree_figures import (
    FIGURES,
    LARGEST,
    LEAST,
    MAX_TEMPERATURE,
    MEAN_TEMPERATURE,
    MIN_TEMPERATURE,
    SUMMED,
)
from .kernels.tree_rows import CONSUMER_VALUES, LANES, PAIR_VALUES, QUARTER, SCRATCH, SUMS, VALUES
from .kernels.tree_tables import Fields, Inputs, Level, Outputs, Tables, TreeTable, Walk
from .large_arrays import AnyArray, in_file, parts_of, release

CACHE_LINE = 64
"""Bytes."""

NEVER_FLOWED = 1e8
"""Least temperature that the kernels leave where no water ever flowed. [°C]"""


class Memory:
    """Memory for the results of solves, one after another.

    Parameters
    ----------
    folder : Path, optional
        Where arrays go that no longer fit: files without a name, which vanish with their arrays.
        Default: all stay in memory.
    in_memory : float, optional
        Most that this and `another` hold in memory where there is a folder. [bytes]

    Examples
    --------
    >>> memory = Memory()
    >>> first = memory.array("heat", (2, 3))
    >>> memory.array("heat", (2, 3)) is first
    True
    """

    def __init__(self, folder: Path | None = None, in_memory: float = 1024.0**3) -> None:
        self._arrays: dict[str, AnyArray] = {}
        self._held: list[ref[AnyArray]] = []  # by this and all others of the same rules
        self.folder, self.in_memory = folder, in_memory

    def array(
        self, name: str, shape: tuple[int, ...], dtype: type = np.float64, *, zeros: bool = False
    ) -> AnyArray:
        """Return the array of a name, a new one if there is none of this shape.

        Values are any, or zeros if they are asked for.
        """
        known = self._arrays.get(name)
        fits = known is not None and known.shape == shape and known.dtype == dtype
        if known is None or not fits or (zeros and known.base is None):
            del known  # new zeros in memory take no room, nor time, until something is written
            self._arrays.pop(name, None)
            known = self._arrays[name] = self._new(shape, dtype, zeros=zeros)
        elif zeros:
            known.fill(0)
        return known

    def knows(self, name: str) -> bool:
        """Return whether there is an array of a name."""
        return name in self._arrays

    def whole(self, name: str) -> AnyArray:
        """Return the array of a name that is known, as it is."""
        return self._arrays[name]

    def own(self, name: str, array: FloatArray) -> FloatArray:
        """Return contiguous values that may be written; a copy, if there must be one, is mine."""
        if self.folder is None or not array.size or array.flags.carray:
            return own(array)
        mine = self.array(name, array.shape)
        for rows in parts_of(len(array), array.nbytes):
            mine[rows] = array[rows]
            release(mine[rows])
        return mine

    def another(self) -> "Memory":
        """Return memory that shares the room, with nothing in it."""
        memory = Memory(self.folder, self.in_memory)
        memory.share_room(self)
        return memory

    def share_room(self, other: "Memory") -> None:
        """Count what the other holds in memory as held here, too."""
        self._held = other._held

    def _new(self, shape: tuple[int, ...], dtype: type, *, zeros: bool) -> AnyArray:
        size = prod(shape) * np.dtype(dtype).itemsize
        held = sum(0 if (array := each()) is None else array.nbytes for each in self._held)
        if self.folder is not None and held + size > self.in_memory:
            return in_file(shape, dtype, self.folder)
        array = np.zeros(shape, dtype) if zeros else np.empty(shape, dtype)
        self._held[:] = [each for each in self._held if each() is not None] + [ref(array)]
        return array


def in_blocks(hours: int) -> tuple[int, int]:
    """Return the shape of hours in whole blocks."""
    return -(-hours // LANES), LANES


def in_hours(array: AnyArray, hours: int) -> AnyArray:
    """Return an array that begins with (blocks, lanes) as one that begins with the hours."""
    blocks, lanes, *rest = array.shape
    return array.reshape(blocks * lanes, *rest)[:hours]


def make_outputs(
    duration: FloatArray, consumers: int, memory: Memory, *, keep: bool = True
) -> Outputs:
    """Return memory for what hours and consumers get.

    What consumers miss is always kept: zeros take no memory until something is written.
    """
    shape = in_blocks(len(duration))
    padded = np.zeros(shape)
    padded.ravel()[: len(duration)] = duration

    def by_consumer(name: str) -> FloatArray:
        return memory.array(name, (*shape, consumers if keep else 0))

    def by_hour() -> FloatArray:
        return np.zeros(shape)

    whole = (*shape, consumers)
    return Outputs(
        duration=padded,
        consumer_mass_flow=by_consumer("consumer_mass_flow"),
        consumer_supply_temperature=by_consumer("consumer_supply_temperature"),
        consumer_return_temperature=by_consumer("consumer_return_temperature"),
        consumer_heat=by_consumer("consumer_heat"),
        consumer_unserved_heat=memory.array("consumer_unserved_heat", whole, zeros=True),
        consumer_reason=memory.array("consumer_reason", whole, np.int8, zeros=True),
        consumer_pressure_difference=by_consumer("consumer_pressure_difference"),
        producer_heat=by_hour(),
        producer_mass_flow=by_hour(),
        producer_return_temperature=by_hour(),
        pressure_difference=by_hour(),
        worst_consumer=np.zeros(shape, dtype=np.int64),
        heat_loss=by_hour(),
        hydraulic_power=by_hour(),
        standing_loss=by_hour(),
        heat_residual=by_hour(),
        mass_residual=by_hour(),
        heat_error=by_hour(),
        iterations=np.zeros(shape, dtype=np.int64),
    )


def aligned(*shape: int) -> FloatArray:
    """Return zeros that begin at a line of the cache, so that no vector straddles two."""
    size, line = prod(shape), CACHE_LINE // 8
    whole = np.zeros(size + line)
    first = -(whole.ctypes.data // 8) % line
    return whole[first : first + size].reshape(shape)


def make_tables(
    tree: TreeTable, walk: Walk, inputs: Inputs, fields: Fields, *, exchange: bool
) -> Tables:
    """Return the work arrays of one thread, with figures that any hour beats."""
    rows, consumers = len(tree.parent), len(tree.consumer_row)
    figures = aligned(2 * (rows - 1), FIGURES * QUARTER)
    by_figure = figures.reshape(-1, FIGURES, QUARTER)
    by_figure[:, LARGEST] = -np.inf
    by_figure[:, LEAST] = np.inf

    def by_lane(*things: int) -> FloatArray:
        return aligned(*things, LANES)

    returns = len(inputs.return_temperature)
    grounds = len(inputs.ground_temperature) + len(inputs.return_ground_temperature)
    return Tables(
        work=aligned(rows, PAIR_VALUES if exchange else VALUES),
        consumers=aligned(consumers, CONSUMER_VALUES),
        level=Level(
            ground=by_lane(grounds),
            back=by_lane(returns),
            returned=by_lane(returns),
            difference=by_lane(len(inputs.temperature_difference)),
            limit=by_lane(len(inputs.flow_limit)),
            source=by_lane(1 + int(walk.ground.max(initial=0))),
            errors=by_lane(),
            plant_return=by_lane(),
            head=by_lane(),
            duration=by_lane(),
            scratch=aligned(SCRATCH),
            sums=aligned(SUMS),
            notes=aligned(FIGURES * LANES),
        ),
        figures=figures,
        fields=fields,
    )


def merge_figures(parts: list[FloatArray], seconds: float) -> FloatArray:
    """Join the figures of all threads and lanes; return them by side and pipe.

    ``parts`` are (2 x pipes, figures x lanes), or the same in more axes.
    """
    lanes = prod(parts[0].shape[1:]) // FIGURES
    stack = np.concatenate([part.reshape(2, -1, FIGURES, lanes) for part in parts], axis=-1)
    merged: FloatArray = stack.max(axis=-1)
    for summed in SUMMED:
        merged[..., summed] = stack[..., summed, :].sum(axis=-1)
    for least in LEAST:
        merged[..., least] = stack[..., least, :].min(axis=-1)
    merged[..., MEAN_TEMPERATURE] /= seconds if seconds > 0.0 else np.nan
    flowless = merged[..., MIN_TEMPERATURE] >= NEVER_FLOWED
    merged[flowless, MIN_TEMPERATURE] = np.nan
    merged[flowless, MAX_TEMPERATURE] = np.nan
    return merged
