"""Fields of pipes and junctions: what the kernels write, and what of it is kept."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from ..networks.columns import Circuit, FloatArray, IntArray
from .field_choice import FIELDS, Dimension, FieldChoice
from .kernel_hours import Pause
from .kernels.tree_tables import Fields
from .large_arrays import PART, AnyArray, fleeting, is_large, release
from .tree_memory import Memory


class KeptFields(NamedTuple):
    """Fields of a solve.

    Parameters
    ----------
    written : Fields
        What the kernels write; empty where nothing is asked for.
    kept : mapping of str to array of float, shape (1 or 2, hours, rows)
        By name in the outputs.
    rows : mapping of str to array of int
        Rows of ``"pipe"`` and ``"junction"`` that are kept; all where there is no entry.
    """

    written: Fields
    kept: Mapping[str, FloatArray]
    rows: Mapping[str, IntArray]

    def gather(self, hours: slice) -> None:
        """Take the rows asked for from what was written, and let go of the others."""
        for name, kernel_name in FIELDS.items():
            rows, wide = self.rows.get(dimension_of(name)), getattr(self.written, kernel_name)
            if rows is None or not wide.size:
                continue
            for kept, side in zip(self.kept[name], wide, strict=True):
                kept[hours] = side[hours][:, rows]
                release(side[hours])


def dimension_of(name: str) -> Dimension:
    """Return what a field is over.

    Parameters
    ----------
    name : str
        Key of `FIELDS`.
    """
    return "junction" if name.startswith("junction") else "pipe"


def make_fields(
    circuit: Circuit, hours: int, choice: FieldChoice, memory: Memory, *, flow_sides: int = 1
) -> KeptFields:
    """Return memory for the fields asked for, empty arrays for the others.

    Parameters
    ----------
    circuit : Circuit
        What is solved.
    hours : int
        Number of them.
    choice : FieldChoice
        What is asked for.
    memory : Memory
        Where it is kept.
    flow_sides : int
        1 where supply and return of a route carry the same flow, else 2.
    """
    chosen = choice.rows_of(circuit)
    things = {"pipe": len(circuit.pipe_ids), "junction": len(circuit.junctions)}
    written, kept = {}, {}
    for name, kernel_name in FIELDS.items():
        dimension = dimension_of(name)
        sides = flow_sides if name == "pipe_mass_flow" else 2
        rows, width = chosen.get(dimension), things[dimension]
        wide: FloatArray = np.empty((sides, 0, width))
        if name in choice.names:
            width = width if rows is None else len(rows)
            kept[name] = memory.array(name, (sides, hours, width))
            if rows is None:
                wide = kept[name]
            elif len(rows):
                wide = fleeting((sides, hours, things[dimension]), np.float64)
        written[kernel_name] = wide
    return KeptFields(Fields(**written), kept, chosen)


def pause_for(
    fields: KeptFields, by_hour: Iterable[AnyArray], hours: int, lanes: int
) -> Pause | None:
    """Return what lets go of large results as they are solved; None where all is small.

    Parameters
    ----------
    fields : KeptFields
        Of the solve.
    by_hour : iterable of array, shape (hours, ...)
        What else it reads and writes.
    hours : int
        Number of them.
    lanes : int
        Hours of a block.
    """
    large = [array for array in by_hour if is_large(array)]
    wide = [array for array in fields.written if is_large(array)]
    size = sum(array.nbytes for array in (*large, *wide))
    if not size:
        return None

    def call(first: int, last: int) -> None:
        some = slice(first * lanes, min(last * lanes, hours))
        fields.gather(some)
        release(*(array[some] for array in large))
        release(*(side[some] for field in wide for side in field))

    return Pause(max(int(PART * hours / (size * lanes)), 1), call)


def labelled(fields: KeptFields) -> Mapping[str, FloatArray]:
    """Return the fields kept as (hours, pipes or junctions, side).

    Parameters
    ----------
    fields : KeptFields
        Of a solve.
    """
    return {
        name: np.moveaxis(
            field if len(field) > 1 else np.broadcast_to(field, (2, *field.shape[1:])), 0, 2
        )
        for name, field in fields.kept.items()
    }
