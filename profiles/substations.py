"""What the network's water meets in substations, hour by hour: set points and rooms."""

import numpy as np

from ..model.errors import Faults
from ..networks.boundary import Boundary, FarSide
from ..networks.cells import is_empty
from ..networks.columns import BoolArray, Circuit, FloatArray, IntArray
from ..networks.substations import read_substations
from ..networks.system import System
from .reader import Reader, narrow

SET_POINTS = ("secondary_supply_temperature", "secondary_return_temperature")
ROOM = "room_temperature"
OWN_COLD = ("cooling_return_temperature", "cooling_temperature_difference")
"""Cells with which a consumer itself says how it returns cold."""


def far_side(reader: Reader, circuit: Circuit, sign: FloatArray) -> FarSide | None:
    """Return secondary supply and return of substations; None where the circuit has none.

    Parameters
    ----------
    reader : Reader
        Of the run.
    circuit : Circuit
        Whose consumers.
    sign : array of float, shape (hours or 1, consumers or 1)
        -1 where cold is drawn, else 1.

    Returns
    -------
    FarSide or None
        Arrays are views where nothing varies. NaN where no substation decides: for consumers
        without one, and for cold where a consumer has a return of its own.
    """
    if circuit.substations is None:
        return None
    kinds = tuple(read_substations(reader.system.tables))
    place = _places(reader.system, circuit, kinds)
    cold = sign < 0.0
    apart = cold & _has_own_cold(reader.system, circuit)
    sides = []
    for end in (0, 1):
        warm, chilled = _by_kind(reader, kinds, end)
        chosen = np.where(cold, chilled[:, place], warm[:, place])
        chosen = np.where(apart | (place < 0), np.nan, chosen)
        sides.append(np.broadcast_to(chosen, (reader.hours, len(circuit.consumer_ids))))
    return FarSide(*sides)


def _places(system: System, circuit: Circuit, kinds: tuple[str, ...]) -> IntArray:
    """Return the row of each consumer's substation, -1 without one."""
    named = system.cells("consumers", "substation", circuit.consumer_ids)
    rows = {name: row for row, name in enumerate(kinds)}
    return np.array([-1 if is_empty(name) else rows[str(name)] for name in named])


def _has_own_cold(system: System, circuit: Circuit) -> BoolArray:
    """Return which consumers say themselves how they return cold, shape (consumers,)."""
    cells = [system.cells("consumers", name, circuit.consumer_ids) for name in OWN_COLD]
    return np.array(
        [not all(is_empty(cell) for cell in pair) for pair in zip(*cells, strict=True)]
    )


def _by_kind(reader: Reader, kinds: tuple[str, ...], end: int) -> tuple[FloatArray, FloatArray]:
    """Return secondary supply (``end`` 0) or return (1) of each row, for heat and for cold.

    Of an emitter its room. Shape (hours or 1, substations). Cold without cells of its own has
    those of heat.
    """

    def cells(name: str) -> FloatArray:
        return narrow(reader.cells("substations", name, kinds, "°C"))

    def first(*names: str) -> FloatArray:
        values = cells(names[0])
        for name in names[1:]:
            values = np.where(np.isnan(values), cells(name), values)
        return values

    is_floor = np.array(
        [cell == "floor_heating" for cell in reader.system.cells("substations", "type", kinds)]
    )
    point = SET_POINTS[end]
    warm = np.where(is_floor, first(ROOM, f"design_{ROOM}"), first(point, f"design_{point}"))
    chilled = np.where(is_floor, cells(f"cooling_{ROOM}"), cells(f"cooling_{point}"))
    return warm, np.where(np.isnan(chilled), warm, chilled)


def refuse_unfit(system: System, circuit: Circuit, boundary: Boundary) -> None:
    """Refuse cold asked of a substation that only heats, the other way round, and set points.

    A set point is at fault where secondary supply and return lie on the wrong side of each other
    for the sign of the hour's demand.

    Raises
    ------
    InvalidInputError
        One line for each sign, and for each kind of substation and sign.
    """
    if boundary.far_side is None:
        return
    faults = Faults()
    kinds = read_substations(system.tables)
    named = np.array(
        [str(name or "") for name in system.cells("consumers", "substation", circuit.consumer_ids)]
    )
    for sign, word in ((1.0, "heat"), (-1.0, "cold")):
        asks = (boundary.heat * sign > 0.0) & ~np.isnan(boundary.far_side.back)
        if not asks.any():
            continue
        for name, substation in kinds.items():
            of_kind = asks & (named == name)
            fits = substation.heats() if sign > 0.0 else substation.cools()
            if not fits:
                _refuse(circuit, of_kind, (name, word), faults)
            elif not substation.is_emitter:
                _refuse_set_points(boundary.far_side, of_kind, sign, name, faults)
    faults.raise_any()


def _refuse(circuit: Circuit, wrong: BoolArray, what: tuple[str, str], faults: Faults) -> None:
    """Note the first consumer that asks its substation for what it cannot give."""
    rows, columns = np.nonzero(wrong)
    if rows.size == 0:
        return
    name, word = what
    others = len(np.unique(columns)) - 1
    needs = "cooling_ cells in substations.csv" if word == "cold" else "a design point for heat"
    faults.add(
        f"consumer '{circuit.consumer_ids[columns[0]]}'{f' and {others} more' if others else ''}",
        "substation",
        name,
        f"one with {needs}, as {word} is asked for (first in hour {rows[0]})",
    )


def _refuse_set_points(
    far: FarSide, asks: BoolArray, sign: float, name: str, faults: Faults
) -> None:
    """Note secondary supplies that are not beyond their return."""
    rows, columns = np.nonzero(asks & ((far.supply - far.back) * sign <= 0.0))
    if rows.size == 0:
        return
    hour, column = int(rows[0]), int(columns[0])
    side, word = ("above", "heat") if sign > 0.0 else ("below", "cold")
    faults.add(
        f"substation '{name}'",
        SET_POINTS[0],
        round(float(far.supply[hour, column]), 4),
        f"a temperature {side} the secondary return of {far.back[hour, column]:.4g} °C while "
        f"{word} is drawn (first in hour {hour}, {len(np.unique(rows))} hours in all)",
    )
