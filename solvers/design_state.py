"""A circuit in its design state: the coincident load of every pipe at once.

Hours smooth what pipes must carry: an exchanger draws more than 20 kW for minutes, the hour
shows 2. So limits, velocities and the pump's duty are taken from one state in which each pipe
carries the coincident load of what stands behind it. Flows of such a state do not add up at
junctions: what is coincident for one dwelling is not for a thousand.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..model.dwelling import read_dwelling_types
from ..model.water import STANDARD_GRAVITY, WaterTable, density, heat_capacity, water_table
from ..networks.boundary import Boundary
from ..networks.columns import RETURN, SUPPLY, Circuit, FloatArray, IntArray
from ..networks.sizing import downstream_sums, ds439_load, path_sums
from ..networks.system import System
from ..profiles.boundary import circuit_boundary
from ..profiles.year import Demand, Profiles
from .circuit_year import DesignState
from .design_behind import Behind, Entering, asked_behind, loads_behind
from .kernels.tree_friction import drop_each
from .kernels.tree_rows import LANES, SCRATCH
from .kernels.tree_tables import TreeTable
from .mesh import is_mesh
from .roles import source_circuits
from .steady import solver_options
from .tree import tree_table

METHODS = {
    "ds439": "tap water by DS 439 for the dwellings behind each pipe, at most all exchangers",
    "degree_day": "space heat at -10 °C by degree-days, coincident by itself; cold at floor limit",
    "sum": "sum of the design loads behind each pipe; largest hours where not given, and for cold",
}
"""What each method of ``[circuits.ID] design_method`` means."""


class Duty(NamedTuple):
    """Loads of one mode in the design state.

    Parameters
    ----------
    load : array of float, shape (rows,)
        Coincident load of each row, cold negative. [W]
    supply, back : float
        Temperatures at the producer and behind the substations. [°C]
    ground : float
        Mean ground temperature of that hour. [°C]
    """

    load: FloatArray
    supply: float
    back: float
    ground: float


def solve_design_state(system: System, profiles: Profiles, circuit_id: str) -> DesignState | None:
    """Return the design state of a circuit, heating or cooling, whichever asks for more flow.

    Parameters
    ----------
    system : System
        Its ``[circuits.ID] design_method`` names the method.
    profiles : Profiles
        Dwellings and the coldest and warmest hours.
    circuit_id : str
        The circuit.

    Returns
    -------
    DesignState or None
        None where nothing says what the circuit is made for, and in networks with loops or
        several producers, where no load stands "behind" a pipe.
    """
    circuit = system.circuits[circuit_id]
    if is_mesh(circuit):
        return None
    tree = tree_table(circuit, system.scenario.friction.law)
    duties = _duties(system, profiles, circuit, tree)
    if not duties:
        return None
    water = water_table(system.scenario.water)
    flows = [_flow(duty, water) for duty in duties]
    governing = int(np.argmax([flow[0] for flow in flows]))
    row_flow = np.maximum.reduce(flows)
    governed = tuple(
        "cold" if duties[int(k)].load[0] < 0.0 else "heat"
        for k in np.argmax(np.stack(flows), axis=0)[1:]
    )
    method = METHODS[_method(system, circuit_id)]
    state = _state(system, circuit, tree, duties[governing], (row_flow, governed, method))
    heating = [k for k, duty in enumerate(duties) if duty.load[0] > 0.0]
    supply = [_supply_temperatures(tree, duties[k], flows[k], water) for k in heating]
    coldest = min((float(each[tree.consumer_row].min()) for each in supply), default=np.nan)
    return replace(state, min_supply_temperature=coldest)


def _method(system: System, circuit_id: str) -> str:
    section = system.scenario.circuits.get(circuit_id)
    return section.design_method if section else "sum"


def _duties(system: System, profiles: Profiles, circuit: Circuit, tree: TreeTable) -> list[Duty]:
    """Return what the circuit must carry when it heats and when it cools."""
    passed = loads_behind(system, circuit, lambda fed: _entering(system, profiles, fed))
    boundary = _boundary(system, profiles, circuit)
    heat, cold = _consumer_loads(system, profiles, circuit, boundary)
    hours = _coldest(profiles), int(np.argmin(boundary.heat.sum(axis=1)))
    duties = []
    for loads, behind, hour, sign in zip((heat, cold), passed, hours, (1.0, -1.0), strict=True):
        own = np.zeros_like(behind.load) if loads is None else np.where(behind.stands, 0.0, loads)
        if not (own.any() or behind.load.any()):
            continue
        carried = _rows(system, profiles, circuit, tree, own)
        share = carried[0] / own.sum() if own.any() else 0.0
        supply, back, ground = _temperatures(circuit, boundary, (hour, sign), own * share, behind)
        load = sign * (carried + _sums(tree, behind.load))
        if (supply - back) * sign > 0.0:
            duties.append(Duty(load, supply, back, ground))
    return duties


def _boundary(system: System, profiles: Profiles, circuit: Circuit) -> Boundary:
    """Return what drives a circuit, its own loads only where the hours count."""
    asked = asked_behind(system, profiles, circuit.id)
    if asked or _looks_at_hours(system, profiles, circuit):
        return circuit_boundary(system, profiles, circuit.id, passed=asked)
    nothing = np.broadcast_to(0.0, (len(profiles.duration), len(circuit.consumer_ids)))
    return circuit_boundary(system, profiles, circuit.id, heat=nothing)


def _entering(system: System, profiles: Profiles, circuit_id: str) -> list[Entering]:
    """Return what a circuit takes from the one that feeds it: heat, cold, or both.

    With loops there is no design state: the largest hours of what its consumers ask for.
    """
    circuit = system.circuits[circuit_id]
    if not is_mesh(circuit):
        tree, water = tree_table(circuit, system.scenario.friction.law), _water(system)
        found = []
        for duty in _duties(system, profiles, circuit, tree):
            supply = _supply_temperatures(tree, duty, _flow(duty, water), water)
            load = float(duty.load[0]) + _heat_loss(tree, duty, supply)
            found.append(Entering(load, duty.back))
        return found
    asked = asked_behind(system, profiles, circuit_id)
    boundary = circuit_boundary(system, profiles, circuit_id, passed=asked)
    passed = loads_behind(system, circuit, lambda fed: _entering(system, profiles, fed))
    hourly, found = boundary.heat.sum(axis=1), []
    for behind, sign in zip(passed, (1.0, -1.0), strict=True):
        hour = int(np.argmax(sign * hourly))
        own = np.where(behind.stands, 0.0, np.maximum(sign * boundary.heat[hour], 0.0))
        load = float(own.sum() + behind.load.sum())
        if load > 0.0:
            _, back, _ = _temperatures(circuit, boundary, (hour, sign), own, behind)
            found.append(Entering(sign * load, back))
    return found


def _water(system: System) -> WaterTable:
    return water_table(system.scenario.water)


def _looks_at_hours(system: System, profiles: Profiles, circuit: Circuit) -> bool:
    """Return whether the hours' loads have a part in the design state."""
    method = _method(system, circuit.id)
    if method != "sum" and profiles.demand is not None:
        return method == "degree_day"
    if circuit.id in source_circuits(system):
        return False
    behind = {each.consumer for each in system.scenario.exchangers.values()}
    stands = [name in behind for name in circuit.consumer_ids]
    own = circuit.consumers.design_load[~np.array(stands, dtype=np.bool_)]
    return bool(np.isnan(own).all()) or _cools(circuit)


def _consumer_loads(
    system: System, profiles: Profiles, circuit: Circuit, boundary: Boundary
) -> tuple[FloatArray | None, FloatArray | None]:
    """Return each consumer's design heat and cold [W], None where nothing is known."""
    method, demand = _method(system, circuit.id), profiles.demand
    if method == "degree_day" and demand is not None:
        heat = _by_building(circuit, demand, demand.dwellings["design_space_heat"].to_numpy())
        cold = dict(zip(demand.buildings, -demand.cold.min(axis=0), strict=True))
        return heat, np.array([cold.get(name, 0.0) for name in circuit.buildings])
    if method == "ds439" and demand is not None:
        return _by_building(circuit, demand, np.ones(len(demand.dwellings))), None
    load = circuit.consumers.design_load
    if not _looks_at_hours(system, profiles, circuit):
        return np.nan_to_num(load, nan=0.0), None
    asked = boundary.heat
    heat = np.where(np.isnan(load), np.maximum(asked.max(axis=0), 0.0), load)
    return heat, np.maximum(-asked.min(axis=0), 0.0)


def _cools(circuit: Circuit) -> bool:
    """Return whether a consumer says how it takes cold."""
    consumers = circuit.consumers
    given = (consumers.cooling_return_temperature, consumers.cooling_temperature_difference)
    return not np.isnan(np.stack(given)).all()


def _by_building(circuit: Circuit, demand: Demand, of_dwelling: FloatArray) -> FloatArray:
    """Sum a figure of the dwellings over the building of each consumer."""
    total = demand.dwellings["building"].to_frame().assign(figure=of_dwelling)
    by_building = total.groupby("building")["figure"].sum()
    return np.array([float(by_building.get(name, 0.0)) for name in circuit.buildings])


def _rows(
    system: System, profiles: Profiles, circuit: Circuit, tree: TreeTable, own: FloatArray
) -> FloatArray:
    """Return the coincident load of every row: of all that stands behind it. [W]"""
    at_row = np.zeros(len(tree.parent))
    np.add.at(at_row, tree.consumer_row, own * circuit.consumers.is_connected)
    behind = downstream_sums(_forest(tree), at_row)
    demand = profiles.demand
    if _method(system, circuit.id) != "ds439" or demand is None:
        return behind
    kinds = read_dwelling_types()
    power = np.array([kinds[str(kind)].exchanger for kind in demand.dwellings["type"]])
    at_row[:] = 0.0
    together = _by_building(circuit, demand, power) * circuit.consumers.is_connected
    np.add.at(at_row, tree.consumer_row, together)
    return np.minimum(ds439_load(behind), downstream_sums(_forest(tree), at_row))


def _sums(tree: TreeTable, loads: FloatArray) -> FloatArray:
    """Return the sum of loads behind every row; what passes an exchanger coincides already."""
    at_row = np.zeros(len(tree.parent))
    np.add.at(at_row, tree.consumer_row, loads)
    return downstream_sums(_forest(tree), at_row)


def _forest(tree: TreeTable) -> IntArray:
    """Return the parents with -1 at the plant."""
    parent = tree.parent.copy()
    parent[0] = -1
    return parent


def _coldest(profiles: Profiles) -> int:
    return 0 if profiles.weather is None else int(np.argmin(profiles.weather.outdoor_temperature))


def _temperatures(
    circuit: Circuit,
    boundary: Boundary,
    state: tuple[int, float],
    own: FloatArray,
    behind: Behind,
) -> tuple[float, float, float]:
    """Return supply, return and ground temperature of the design hour.

    ``state`` is the hour, and 1 for heat or -1 for cold. Returns count alike; where exchangers
    stand in the circuit, by their loads, ``own`` and ``behind``.
    """
    hour, sign = state
    consumers = circuit.consumers
    cold = sign < 0.0
    back = consumers.cooling_return_temperature if cold else consumers.return_temperature
    apart = consumers.cooling_temperature_difference if cold else consumers.temperature_difference
    supply = float(boundary.supply_temperature[hour, 0])
    given = np.where(np.isnan(back), supply - sign * np.abs(apart), back)
    ground = float(boundary.ground_temperature[hour].mean())
    weight = None
    if behind.stands.any():
        given = np.where(behind.stands, behind.back, given)
        weight = (own + behind.load)[~np.isnan(given)]
    known = given[~np.isnan(given)]
    is_known = known.size and (weight is None or weight.any())
    return supply, float(np.average(known, weights=weight)) if is_known else supply, ground


def _flow(duty: Duty, water: WaterTable) -> FloatArray:
    """Return the flow of every row [kg/s]."""
    middle = np.array(0.5 * (duty.supply + duty.back))
    return duty.load / (heat_capacity(middle, water) * (duty.supply - duty.back))


def _state(
    system: System,
    circuit: Circuit,
    tree: TreeTable,
    duty: Duty,
    flows: tuple[FloatArray, tuple[str, ...], str],
) -> DesignState:
    """Return pressures, temperatures and the pump's duty of the governing mode."""
    flow, governed, method = flows
    water = water_table(system.scenario.water)
    pressure = np.zeros((2, len(flow)))
    volume = np.zeros((2, len(flow)))
    options = solver_options(system.scenario, exchange=False)
    for side, temperature in ((SUPPLY, duty.supply), (RETURN, duty.back)):
        middle = np.full(flow.shape, temperature)
        work, scratch = np.zeros((1, 2 * LANES)), np.zeros(SCRATCH)
        rows = tree.hydraulics[side]
        drop_each(water, options, rows, flow, middle, work, scratch, pressure[side], volume[side])
    pressure[:, 0] = 0.0
    head, worst, lift = _head(circuit, tree, pressure, volume)
    inlet = circuit.producers
    share = flow[0] / inlet.design_flow[0] if inlet.design_flow[0] > 0.0 else 0.0
    pump_head = float(head + np.nan_to_num(inlet.plant_pressure_loss[0]) * share**2)
    static = float(np.nan_to_num(inlet.static_pressure[0]))
    level = np.concatenate([static + head + lift[SUPPLY], static + lift[RETURN]])
    back_density = float(density(np.array(duty.back), water))
    order = np.argsort(tree.pipe[1:])
    velocity = flow * volume / np.where(tree.area > 0.0, tree.area, np.inf)
    return DesignState(
        method=method,
        mode="cold" if duty.load[0] < 0.0 else "heat",
        load=duty.load[1:][order],
        mass_flow=np.stack([flow[1:][order]] * 2),
        velocity=velocity[:, 1:][:, order],
        gradient=(pressure * tree.per_length)[:, 1:][:, order],
        pressure_drop=pressure[:, 1:][:, order],
        governed_by=tuple(governed[int(k)] for k in order),
        plant_load=float(duty.load[0]),
        plant_mass_flow=float(flow[0]),
        pressure_difference=head,
        pump_head=pump_head,
        pump_electricity=float(flow[0] / back_density * pump_head / inlet.pump_efficiency[0]),
        worst_consumer=circuit.consumer_ids[worst] if worst >= 0 else "",
        max_pressure=float(level.max()),
        min_pressure=float(level.min()),
        supply_temperature=duty.supply,
        return_temperature=duty.back,
        min_supply_temperature=np.nan,
        heat_loss=_heat_loss(tree, duty, _supply_temperatures(tree, duty, flow, water)),
    )


def _head(
    circuit: Circuit, tree: TreeTable, pressure: FloatArray, volume: FloatArray
) -> tuple[float, int, FloatArray]:
    """Return the head between the producer's junctions, whose it is, and relative pressures."""
    parent = _forest(tree)
    weight = STANDARD_GRAVITY * tree.rise / np.where(volume > 0.0, volume, 1.0)
    lift = np.stack(
        [
            path_sums(parent, -pressure[SUPPLY] - weight[SUPPLY]),
            path_sums(parent, pressure[RETURN] - weight[RETURN]),
        ]
    )
    row, producers = tree.consumer_row, circuit.producers
    needed = tree.min_pressure_difference - lift[SUPPLY, row] + lift[RETURN, row]
    worst = int(np.argmax(needed)) if needed.size else -1
    least = float(np.nan_to_num(producers.min_pressure_difference[0]))
    head = max(float(needed[worst]) if worst >= 0 else 0.0, least)
    if not np.isnan(producers.pressure_difference[0]):
        head = float(producers.pressure_difference[0])
    most = producers.max_pressure_difference[0]
    return min(head, float(most)) if not np.isnan(most) else head, worst, lift


def _supply_temperatures(
    tree: TreeTable, duty: Duty, flow: FloatArray, water: WaterTable
) -> FloatArray:
    """Return the supply temperature at the end of every row [°C]."""
    capacity = np.maximum(flow, 1e-9) * heat_capacity(np.array(duty.supply), water)
    units = path_sums(_forest(tree), (tree.conductance[SUPPLY] + tree.exchange) / capacity)
    return np.asarray(duty.ground + (duty.supply - duty.ground) * np.exp(-units))


def _heat_loss(tree: TreeTable, duty: Duty, supply: FloatArray) -> float:
    """Return what all pipes lose to the ground [W]."""
    lost = tree.conductance[SUPPLY] * (supply - duty.ground)
    lost = lost + tree.conductance[RETURN] * (duty.back - duty.ground)
    return float(lost.sum())
