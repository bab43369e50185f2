"""What drives a circuit: loads and temperatures of its rows at every step of the run."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..model.errors import Faults
from ..networks.boundary import Boundary, Feed
from ..networks.columns import BoolArray, Circuit, FloatArray
from ..networks.system import System
from .mode import COLD, HEAT
from .one_line import gates, held_pressure, open_ends, over_zero
from .pipe_ground import ground_at_pipes
from .reader import Reader, narrow
from .sides import refuse_lost_returns, refuse_wrong_side
from .substations import far_side, refuse_unfit
from .year import Profiles


def circuit_boundary(
    system: System,
    profiles: Profiles,
    circuit_id: str,
    heat: FloatArray | None = None,
    ground: FloatArray | None = None,
    passed: Mapping[str, FloatArray] | None = None,
) -> Boundary:
    """Return what drives a circuit at every step of the run.

    Parameters
    ----------
    system : System
        Checked whole.
    profiles : Profiles
        Of the steps that are to be solved.
    circuit_id : str
        Which of its circuits.
    heat : array of float, shape (hours, consumers), optional
        Asked for by each consumer; else it follows from series, cells or dwellings. [W]
    ground : array of float, shape (hours, pipes), optional
        At the pipes, as an earlier boundary of the same hours has it. [°C]
    passed : mapping of str to array of float, shape (hours,), optional
        What consumers pass on through exchangers, by id; nothing where it is not given. Their
        return is NaN: the circuit behind decides it. [W]

    Returns
    -------
    Boundary
        Arrays are views where nothing varies; heat has its hours contiguous.

    Raises
    ------
    InvalidInputError
        If a consumer's heat is unknown, a cell cannot be read, a supply temperature lies on the
        wrong side of the return for the sign of the demand, a substation is asked for what it
        cannot give, or a difference brings the return of demand that is not given out of water's
        range.

    Notes
    -----
    In circuits named by the scenario's ``[mode]`` the hour's mode decides: heat alone, cold alone,
    or neither; what is asked for outside its mode is left out (see `out_of_mode.out_of_mode`). In
    other circuits the sign of each consumer's demand decides.
    """
    circuit = system.circuits[circuit_id]
    reader = Reader(system=system, profiles=profiles)
    is_given = heat is not None
    flow = outlet = None
    if heat is None:
        flow = given_flow(reader, circuit)
        outlet = open_ends(reader, circuit)
        heat = _heat(reader, circuit, (flow, outlet), passed or {})
    cold = _cold_hours(reader, circuit, heat)
    sign = _signs(reader, circuit, heat, cold)
    boundary = Boundary(
        heat=heat,
        supply_temperature=_supply(reader, circuit, cold),
        return_temperature=_returns(reader, circuit, sign),
        temperature_difference=_differences(reader, circuit, sign),
        ground_temperature=ground_at_pipes(reader, circuit) if ground is None else ground,
        duration=profiles.duration,
        flow=flow,
        feed=producer_feed(reader, circuit),
        is_open=gates(reader, circuit),
        pressure_rise=_rises(reader, circuit),
        pressure=held_pressure(reader, circuit),
        outlet=outlet,
        far_side=far_side(reader, circuit, sign),
    )
    if not circuit.consumer_ids:
        return boundary
    refuse_wrong_side(circuit, boundary)
    refuse_unfit(system, circuit, boundary)
    if not is_given:  # the plant sets its own differences at its sources
        refuse_lost_returns(system, circuit, boundary)
    return boundary


def service_of(system: System, circuit_id: str) -> str:
    """Return which demand of dwellings the consumers of a circuit draw."""
    section = system.scenario.circuits.get(circuit_id)
    return "none" if section is None else section.service


def _follows_mode(reader: Reader, circuit: Circuit) -> bool:
    return circuit.id in reader.system.scenario.mode.circuits


def given_flow(reader: Reader, circuit: Circuit) -> FloatArray | None:
    """Return what consumers draw whatever their heat, NaN elsewhere; None if there is none.

    Parameters
    ----------
    reader : Reader
        Of the run.
    circuit : Circuit
        Whose consumers.

    Returns
    -------
    array of float, shape (hours, consumers), or None
        A column of ``flow.csv`` replaces the cell ``flow``. [kg/s]
    """
    flow = _cells_or_columns(reader, ("consumers", "flow", "kg/s"), circuit.consumer_ids)
    if np.isnan(narrow(flow)).all():
        return None
    flow = np.where(circuit.consumers.is_connected, flow, np.nan)
    return None if np.isnan(flow).all() else flow


def _cells_or_columns(
    reader: Reader, place: tuple[str, str, str], ids: tuple[str, ...]
) -> FloatArray:
    """Return a column of a table, replaced by the columns of the series of its name.

    ``place`` is table, column and unit; shape (hours, rows).
    """
    table, column, unit = place
    values = reader.cells(table, column, ids, unit)
    given = reader.system.series.get(column)
    replaced = [] if given is None else [name for name in ids if name in given.columns]
    if replaced:
        values = values.copy()
        for name in replaced:
            values[:, ids.index(name)] = reader.series(column, name, f"{column}.csv")
    return values


def _heat(
    reader: Reader,
    circuit: Circuit,
    drawn: tuple[FloatArray | None, BoolArray | None],
    passed: Mapping[str, FloatArray],
) -> FloatArray:
    """Return what each consumer asks for in its mode, shape (hours, consumers). [W]

    A column of ``heat.csv`` comes first, then the cell ``heat``, then the building's dwellings.
    Consumers of one building on one circuit share its demand evenly. ``drawn`` are given flows
    and open ends; ``passed`` is what exchangers take, whatever the mode.
    """
    ids, (flow, outlet) = circuit.consumer_ids, drawn
    behind = {each.consumer for each in reader.system.scenario.exchangers.values()}
    given = given_heat(reader, circuit)
    demand = _building_demand(reader, circuit)
    limits = _mode_limits(reader, circuit)
    shares = Counter(circuit.buildings)
    draws = draws_heat(circuit, flow, outlet)
    heat = np.empty((len(ids), reader.hours))
    faults = Faults()
    for row, (name, building) in enumerate(zip(ids, circuit.buildings, strict=True)):
        if name in behind:
            heat[row] = passed.get(name, 0.0)
            continue
        own = given(row) if draws[row] else None
        if not draws[row]:
            heat[row] = 0.0
        elif own is not None:
            heat[row] = own
        elif building in demand.places:
            np.divide(demand.of(building), shares[building], out=heat[row])
        else:
            rule = "a column in heat.csv, a cell heat, or a building of dwellings.csv"
            faults.add(f"consumer '{name}'", "heat", "(none)", rule)
        if limits is not None:
            np.clip(heat[row], *limits, out=heat[row])
    faults.raise_any()
    return heat.T


def draws_heat(circuit: Circuit, flow: FloatArray | None, outlet: BoolArray | None) -> BoolArray:
    """Return whether consumers draw the flow that serves a heat, shape (consumers,).

    Parameters
    ----------
    circuit : Circuit
        Whose consumers.
    flow : array of float, shape (hours, consumers), or None
        That is given, NaN where it is not. [kg/s]
    outlet : array of bool, shape (consumers,), or None
        Whether a consumer is an open end.
    """
    draws = np.array(circuit.consumers.is_connected)
    if flow is not None:
        draws &= np.isnan(flow[0])
    if outlet is not None:
        draws &= ~outlet
    return draws


def given_heat(reader: Reader, circuit: Circuit) -> Callable[[int], FloatArray | None]:
    """Return what tells the heat given to a consumer, by row, as an array of shape (hours,). [W]

    A column of ``heat.csv`` comes before the cell ``heat``; None where there is neither.

    Parameters
    ----------
    reader : Reader
        Of the run.
    circuit : Circuit
        Whose consumers.
    """
    ids = circuit.consumer_ids
    series = reader.system.series.get("heat")
    columns = frozenset() if series is None else frozenset(series.columns)
    cells = reader.cells("consumers", "heat", ids, "W")

    def load(row: int) -> FloatArray | None:
        if ids[row] in columns:
            return reader.series("heat", ids[row], "heat.csv")
        return None if np.isnan(cells[0, row]) else np.asarray(cells[:, row])

    return load


@dataclass(frozen=True, slots=True)
class _BuildingDemand:
    """What each building asks of a circuit; arrays have shape (hours, buildings). [W]

    Where ``cold`` is given, it holds in all hours that are not ``is_heat``, shape (hours,).
    """

    places: Mapping[str, int]
    heat: FloatArray
    cold: FloatArray | None
    is_heat: BoolArray

    def of(self, building: str) -> FloatArray:
        """Return the demand of one building, shape (hours,). [W]"""
        heat = self.heat[:, self.places[building]]
        if self.cold is None:
            return heat
        return np.where(self.is_heat, heat, self.cold[:, self.places[building]])


def _building_demand(reader: Reader, circuit: Circuit) -> _BuildingDemand:
    """Return what the buildings ask of a circuit, by its service.

    In circuits with a mode, space is heat and cold together: they never meet in an hour, and
    the mode takes out what is not its own.
    """
    demand, service = reader.profiles.demand, service_of(reader.system, circuit.id)
    is_heat = np.asarray(reader.profiles.mode == HEAT)
    if demand is None or service not in {"space", "tap_water"}:
        return _BuildingDemand({}, np.empty((reader.hours, 0)), None, is_heat)
    places = {name: place for place, name in enumerate(demand.buildings)}
    if service == "tap_water":
        return _BuildingDemand(places, demand.tap_water, None, is_heat)
    cold = demand.cold if _follows_mode(reader, circuit) else None
    return _BuildingDemand(places, demand.space_heat, cold, is_heat)


def _mode_limits(reader: Reader, circuit: Circuit) -> tuple[FloatArray, FloatArray] | None:
    """Return the limits that leave heat in heat mode and cold in cold mode, shape (hours,)."""
    if not _follows_mode(reader, circuit):
        return None
    mode = reader.profiles.mode
    return np.where(mode == COLD, -np.inf, 0.0), np.where(mode == HEAT, np.inf, 0.0)


def _cold_hours(reader: Reader, circuit: Circuit, heat: FloatArray) -> BoolArray:
    """Return whether the circuit runs cold, shape (hours,)."""
    if _follows_mode(reader, circuit):
        return np.asarray(reader.profiles.mode == COLD)
    return np.asarray(heat.sum(axis=1) < 0.0)


def _signs(reader: Reader, circuit: Circuit, heat: FloatArray, cold: BoolArray) -> FloatArray:
    """Return -1 where cold is drawn, else 1; shape (hours or 1, consumers or 1)."""
    if _follows_mode(reader, circuit):
        return np.where(cold, -1.0, 1.0)[:, None]
    if heat.size == 0 or not heat.min() < 0.0:
        return np.ones((1, 1))
    return np.where(heat < 0.0, -1.0, 1.0)


def _supply(reader: Reader, circuit: Circuit, cold: BoolArray) -> FloatArray:
    """Return what leaves each producer, shape (hours, producers). [°C]

    A column of ``supply_temperature.csv`` replaces the cell; in hours of cold the cell
    ``cooling_supply_temperature`` comes first, where it is given.
    """
    ids = circuit.producer_ids
    warm = _cells_or_columns(reader, ("producers", "supply_temperature", "°C"), ids)
    if not cold.any():
        return warm
    chilled = reader.cells("producers", "cooling_supply_temperature", ids, "°C")
    return np.where(cold[:, None] & ~np.isnan(chilled), chilled, warm)


def producer_feed(reader: Reader, circuit: Circuit) -> Feed | None:
    """Return what producers give that hold no pressure, None where all hold one.

    Parameters
    ----------
    reader : Reader
        Of the system, at the steps of the run.
    circuit : Circuit
        One of its circuits.
    """
    ids = circuit.producer_ids
    if len(ids) == circuit.holders:
        return None
    units = {"mass_flow": "kg/s", "share": "", "heat": "W", "limit": "W", "priority": ""}
    return Feed(**{name: reader.cells("producers", name, ids, units[name]) for name in units})


def _rises(reader: Reader, circuit: Circuit) -> FloatArray | None:
    """Return the pressure rise of each booster, shape (hours, boosters). [Pa]"""
    ids = circuit.boosters.ids
    return reader.cells("boosters", "pressure_rise", ids, "Pa") if ids else None


def _returns(reader: Reader, circuit: Circuit, sign: FloatArray) -> FloatArray:
    """Return the returns for the sign of the demand, shape (hours, consumers). [°C]"""
    warm, chilled = _heat_and_cold(reader, circuit, ("return_temperature", "°C"))
    chosen = np.where(sign < 0.0, chilled, warm)
    if circuit.is_one_line:
        chosen = over_zero(reader, circuit, chosen)
    return np.broadcast_to(chosen, (reader.hours, len(circuit.consumer_ids)))


def _differences(reader: Reader, circuit: Circuit, sign: FloatArray) -> FloatArray:
    """Return supply less return where it is given, negative for cold. [K]"""
    warm, chilled = _heat_and_cold(reader, circuit, ("temperature_difference", "K"))
    shape = (reader.hours, len(circuit.consumer_ids))
    if bool(np.isnan(warm).all() and np.isnan(chilled).all()):
        return np.broadcast_to(np.nan, shape)
    return np.broadcast_to(np.where(sign < 0.0, -chilled, warm), shape)


def _heat_and_cold(
    reader: Reader, circuit: Circuit, column: tuple[str, str]
) -> tuple[FloatArray, FloatArray]:
    """Return a column of consumers and its twin for cold, which holds where it is given.

    Cold without a ``cooling_`` cell of either kind has the cell for heat.
    """
    ids, (name, unit) = circuit.consumer_ids, column
    warm = narrow(reader.cells("consumers", name, ids, unit))
    chilled = narrow(reader.cells("consumers", f"cooling_{name}", ids, unit))
    other = {"return_temperature": "temperature_difference"}.get(name, "return_temperature")
    elsewhere = narrow(reader.cells("consumers", f"cooling_{other}", ids, unit))
    keeps = np.isnan(chilled) & np.isnan(elsewhere)
    return warm, np.where(keeps, warm, chilled)
