"""Whether supply and return suit the demand, as far as a load of the files can tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import Faults
from .cells import FloatArray, is_empty
from .system import Series
from .varying import Bounds, Known, supply_bounds

Row = Mapping[Any, Any]
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Hours in which a consumer's return lies on the wrong side of the supply."""

    consumer: str
    hours: FloatArray
    varies: bool
    supply: float
    back: float


def check_temperatures(
    tables: Tables, series: Mapping[str, Series], modal: tuple[str, ...], faults: Faults
) -> None:
    """Note supplies on the wrong side of a return for the sign of the hour's demand.

    Only what is certain counts: numbers, series, and curves over their whole range or over
    ``outdoor_temperature.csv``. The rest is checked when the weather is known.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Checked tables.
    series : mapping of str to Series
        By name.
    modal : tuple of str
        Circuits that the scenario's ``[mode]`` names: there only the hour's own sign counts.
    faults : Faults
        Receives one line for each circuit and sign, and one for bypasses too hot.
    """
    heat = series.get("heat")
    known = Known(series, np.empty(0) if heat is None else heat.instants)
    circuits: dict[str, _Demand] = {}
    for producer in tables["producers"].to_dict("records"):
        circuit = producer["circuit"]
        load = _Load(known, heat, "mode" in series and circuit in modal)
        if circuit not in circuits:
            consumers = tables["consumers"][tables["consumers"]["circuit"] == circuit]
            circuits[circuit] = _demand(consumers.to_dict("records"), load)
        for drawers in circuits[circuit].drawers:
            supply = supply_bounds(known, producer, cold=drawers.cold)
            if supply is not None and drawers.may_miss(supply):
                found = [_wrong_hours(each, supply, load, drawers.cold) for each in drawers.each]
                clear = [wrong for wrong in found if wrong is not None]
                _report(producer, clear, drawers.cold, faults)
        _check_bypasses(producer, circuits[circuit].holding, known, faults)


@dataclass(frozen=True, slots=True)
class _Drawer:
    """A consumer that draws heat, or cold, in any hour, and what is known of its return."""

    row: Row
    back: Bounds


@dataclass(frozen=True, slots=True)
class _Drawers:
    """Consumers of a circuit that draw heat, or cold, and the return that is met first. [°C]"""

    cold: bool
    each: list[_Drawer]
    nearest: float

    def may_miss(self, supply: Bounds) -> bool:
        """Return whether a supply may lie on the wrong side of any return at all."""
        if self.cold:
            return bool(np.max(supply.lower) >= self.nearest)
        return bool(np.min(supply.upper) <= self.nearest)


@dataclass(frozen=True, slots=True)
class _Demand:
    """Consumers of a circuit: who draws heat and who cold, and whose bypass holds its water."""

    drawers: tuple[_Drawers, _Drawers]
    holding: list[Row]


@dataclass(frozen=True, slots=True)
class _Load:
    """What is known of demand: a heat series and, in circuits with a mode, ``mode.csv``."""

    known: Known
    heat: Series | None
    follows_mode: bool

    def sign(self, consumer: Row) -> FloatArray:
        """Return 1 where heat is drawn, -1 for cold, else 0; shape (rows,) or ()."""
        name = consumer["id"]
        if self.heat is not None and name in self.heat.columns:
            column = self.heat.values[:, self.heat.columns.index(name)]
            return np.sign(column * self._served(column))
        cell = self.known.bounds(consumer["heat"], "W", name)
        if cell is None:
            return np.zeros(())
        certain = np.where(cell.lower > 0.0, 1.0, np.where(cell.upper < 0.0, -1.0, 0.0))
        return np.asarray(certain, dtype=np.float64)

    def _served(self, column: FloatArray) -> FloatArray:
        """Return 1 where the hour's mode serves the demand, else 0."""
        mode = self.known.column("mode", "mode") if self.follows_mode else None
        if mode is None or mode.lower.shape != column.shape:
            return np.ones_like(column)
        return np.where(np.sign(column) == mode.lower, 1.0, 0.0)


def _demand(consumers: list[Row], load: _Load) -> _Demand:
    """Return what the checks of all producers of a circuit need of its consumers."""
    heats: list[_Drawer] = []
    cools: list[_Drawer] = []
    for consumer in consumers:
        if not consumer["is_connected"]:
            continue
        sign = load.sign(consumer)
        for cold, drawers in ((False, heats), (True, cools)):
            back = _return(consumer, load.known, cold=cold)
            if back is not None and (sign < 0.0 if cold else sign > 0.0).any():
                drawers.append(_Drawer(consumer, back))
    warmest = max((float(np.max(each.back.lower)) for each in heats), default=-np.inf)
    coldest = min((float(np.min(each.back.upper)) for each in cools), default=np.inf)
    holding = [consumer for consumer in consumers if not is_empty(consumer["bypass_temperature"])]
    return _Demand((_Drawers(False, heats, warmest), _Drawers(True, cools, coldest)), holding)


def _wrong_hours(drawer: _Drawer, supply: Bounds, load: _Load, cold: bool) -> _Wrong | None:
    sign, back = load.sign(drawer.row), drawer.back
    if cold:
        wrong, reach = (sign < 0.0) & (supply.lower >= back.upper), supply.lower
    else:
        wrong, reach = (sign > 0.0) & (supply.upper <= back.lower), supply.upper
    hours = np.flatnonzero(np.atleast_1d(wrong)).astype(np.float64)
    if len(hours) == 0:
        return None
    first = int(hours[0])
    shown = back.upper if cold else back.lower
    varies = np.size(wrong) > 1
    return _Wrong(drawer.row["id"], hours, varies, _at(reach, first), _at(shown, first))


def _return(consumer: Row, known: Known, *, cold: bool) -> Bounds | None:
    """Return what is known of a consumer's return; without a cell for cold that for heat."""
    prefix = ""
    names = ("cooling_return_temperature", "cooling_temperature_difference")
    if cold and not all(is_empty(consumer[name]) for name in names):
        prefix = "cooling_"
    return known.bounds(consumer[f"{prefix}return_temperature"], "°C", consumer["id"])


def _at(values: FloatArray, row: int) -> float:
    return float(values[row] if values.ndim and len(values) > 1 else np.ravel(values)[0])


def _report(producer: Row, found: list[_Wrong], cold: bool, faults: Faults) -> None:
    """Note the consumer whose first wrong hour is the earliest, and how many others there are."""
    if not found:
        return
    first = min(found, key=lambda wrong: wrong.hours[0])
    hours = len(np.unique(np.concatenate([wrong.hours for wrong in found])))
    word, demand = ("below", "cold") if cold else ("above", "heat")
    others = f" and {len(found) - 1} more" if len(found) > 1 else ""
    cooling = cold and not is_empty(producer["cooling_supply_temperature"])
    name = "cooling_supply_temperature" if cooling else "supply_temperature"
    when = f" (first in row {int(first.hours[0]) + 1}, {hours} rows)" if first.varies else ""
    rule = (
        f"a temperature {word} the return of {first.back:g} °C of consumer '{first.consumer}'"
        f"{others}, which {'draw' if others else 'draws'} {demand}{when}"
    )
    faults.add(f"producer '{producer['id']}'", name, round(first.supply, 4), rule)


def _check_bypasses(producer: Row, consumers: list[Row], known: Known, faults: Faults) -> None:
    """Note bypasses that shall hold a temperature that the producer does not reach.

    One is at fault itself; where there are more, it is the producer.
    """
    supply = supply_bounds(known, producer, cold=False)
    if supply is None:
        return
    least, name = float(np.min(supply.upper)), producer["id"]
    hot = [consumer for consumer in consumers if consumer["bypass_temperature"] >= least]
    if not hot:
        return
    hottest = max(hot, key=lambda consumer: consumer["bypass_temperature"])
    bypass = hottest["bypass_temperature"]
    if len(hot) == 1:
        rule = f"below the supply temperature of producer '{name}' ({least:g} °C)"
        faults.add(f"consumer '{hottest['id']}'", "bypass_temperature", bypass, rule)
        return
    rows = np.flatnonzero(np.atleast_1d(supply.upper) <= bypass)
    is_series = np.size(supply.upper) > 1
    when = f" (first in row {rows[0] + 1}, {len(rows)} rows)" if is_series else ""
    rule = (
        f"a temperature above the bypass_temperature of {bypass:g} °C of consumer "
        f"'{hottest['id']}' and {len(hot) - 1} more{when}"
    )
    faults.add(f"producer '{name}'", "supply_temperature", round(least, 4), rule)
