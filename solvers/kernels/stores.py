"""Stores of results that no kernel reads again: they pass by the cache.

A processor reads a line of memory before it changes a part of it, and keeps it. Of results that
are larger than any cache this is in vain: it takes half of the memory's speed, and the place of
the rows that are worked on.
"""
# ruff: noqa: ARG001 (numba asks for arguments by name whose types alone matter)

from typing import Any

from numba.core import cgutils, types
from numba.extending import intrinsic, overload
from numba.np import arrayobj

from .tree_tables import FloatArray

builders: Any = cgutils
arrays: Any = arrayobj


def put(field: FloatArray, side: int, hour: int, thing: int, value: float) -> None:
    """Store a value in a field, past the cache where the processor can."""
    field[side, hour, thing] = value


@overload(put, inline="always")
def _put(field: Any, side: Any, hour: Any, thing: Any, value: Any) -> Any:
    """Return what numba compiles for `put`."""

    def store(field: Any, side: Any, hour: Any, thing: Any, value: Any) -> Any:
        store_bits(field, side, hour, thing, value)

    return store


def _store_bits(
    typing_context: Any, field: Any, side: Any, hour: Any, thing: Any, value: Any
) -> Any:
    """Store as an integer of the same bits: processors have that instruction for whole numbers."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        array = arrays.make_array(kind)(context, builder, arguments[0])
        place = builders.get_item_pointer(
            context, builder, kind, array, arguments[1:4], wraparound=False
        )
        bits = builder.bitcast(arguments[4], builders.intp_t)
        place = builder.bitcast(place, builders.intp_t.as_pointer())
        stored = builder.store(bits, place, align=8)
        once = builder.module.add_metadata([builders.int32_t(1)])
        stored.set_metadata("nontemporal", once)
        return context.get_dummy_value()

    return types.void(field, types.intp, types.intp, types.intp, types.float64), generate


store_bits: Any = intrinsic(_store_bits)
