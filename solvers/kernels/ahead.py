"""Asking for memory before it is needed.

A walk takes rows of work arrays in their order, which a processor foresees. Consumers and figures
of pipes stand in the order of the user's tables: without being asked for, each first line would
come only when the walk waits for it, from a cache that is far away. So would slugs of pipes.
"""
# ruff: noqa: ARG001 (numba asks for arguments by name whose types alone matter)

from typing import Any

from numba.core import cgutils, types
from numba.extending import intrinsic, overload
from numba.np import arrayobj

from .tree_tables import FloatArray

builders: Any = cgutils
arrays: Any = arrayobj
code: Any = builders.ir

LINE = 8  # values of a line of the cache
READ, KEEP, DATA = 0, 3, 1  # how `llvm.prefetch` is asked: for a read, into all caches


def ask(table: FloatArray, row: int, place: int) -> None:
    """Ask for the line of a value that is soon needed; nothing else changes.

    Of a table with a third axis, for its first value there.
    """


@overload(ask, inline="always")
def _ask(table: Any, row: Any, place: Any) -> Any:
    """Return what numba compiles for `ask`."""

    def fetch(table: Any, row: Any, place: Any) -> Any:
        ask_line(table, row, place)

    return fetch


def _ask_line(typing_context: Any, table: Any, row: Any, place: Any) -> Any:
    """Give the processor the address; one outside the table would do no harm."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        array = arrays.make_array(kind)(context, builder, arguments[0])
        indices = [*arguments[1:3], *[context.get_constant(types.intp, 0)] * (kind.ndim - 2)]
        place = builders.get_item_pointer(context, builder, kind, array, indices, wraparound=False)
        number, address = builders.int32_t, builders.voidptr_t
        prefetch = builders.get_or_insert_function(
            builder.module,
            code.FunctionType(code.VoidType(), [address, number, number, number]),
            "llvm.prefetch.p0i8",
        )
        how = [number(READ), number(KEEP), number(DATA)]
        builder.call(prefetch, [builder.bitcast(place, address), *how])
        return context.get_dummy_value()

    return types.void(table, types.intp, types.intp), generate


ask_line: Any = intrinsic(_ask_line)
