"""The plant's year: who serves which circuit in each hour, and with how much electricity."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from ..model.buffer import buffer_capacity, buffer_loss_rate
from ..model.errors import Faults
from ..model.plant import check_plant
from ..model.scenario import Scenario
from ..model.water import heat_capacity, water_table
from ..networks.columns import FloatArray
from ..networks.system import System
from ..profiles.year import Profiles
from .circuit_year import CircuitYear
from .kernels.plant_tables import PlantColumns, PlantFlows, PlantRules, Tanks
from .plant_columns import (
    Effluent,
    PlantLoad,
    cold_duty,
    effluent_source,
    plant_load,
    waste_approach,
    waste_columns,
    waste_sources,
)
from .plant_pool import planned_content, plant_rules, pool_columns
from .plant_run import run_plant
from .plant_year import PlantYear
from .tanks import make_tanks

LEAST_DIFFERENCE = 1.0
"""By which a source changes its temperature at least in the plant. [K]"""

LEAST_STEP = 1e-3
"""Tanks see a state without length as if it lasted this long. [s]"""

LEAST_BALANCE = 1000.0
"""The residual is relative to at least this. [W]"""


def dispatch(
    system: System,
    profiles: Profiles,
    circuits: Mapping[str, CircuitYear],
    *,
    out: Collection[str] = (),
    arrival_temperature: Mapping[str, FloatArray] | None = None,
) -> PlantYear:
    """Run the plant through all hours by its rules.

    Parameters
    ----------
    system : System
        With a ``[plant]``; a changed scenario needs no new circuits.
    profiles : Profiles
        Of the hours of ``circuits``.
    circuits : mapping of str to CircuitYear
        Solved distribution circuits; those with a producer at the plant count.
    out : collection of str
        Sources out of service.
    arrival_temperature : mapping of str to array of float, shape (hours,), optional
        Water of each source at the plant; default: as the source sends it. [°C]

    Returns
    -------
    PlantYear
        In every hour: served + unserved = load, and the balance closes.

    Raises
    ------
    InvalidInputError
        If the scenario asks for a plant that is not built yet.

    Notes
    -----
    In each hour, circuits in the order of the pool (tap water first, for hygiene):

    1. Tanks are to follow the content of `plan_buffer`; what a circuit takes, what fills its
       tank and what that loses is wanted. Of a tank of layers only what can be delivered counts
       as content: water at or above the circuit's supply temperature.
    2. Waste heat serves each circuit whose supply it reaches after two approaches.
    3. Cold: by exchanger as far as the effluent goes; the rest by units of the pool, with
       their heat to tap water where that wants heat and the units suffice, else to the
       effluent. ``plant.cooling = "literal"``: see `cold_duty`.
    4. A unit has one duty. Each duty gets at least the units that its load needs, in the order
       of priority, cold last; spare units join so that all take least electricity. Below its
       least load a unit goes on and off. Capacity follows the temperature of the source.
    5. Evaporators take no more than the effluent's flow gives at the cooling that design,
       permit and least outlet temperature allow: in cold effluent first the cooling shrinks,
       flow rises to what is available, then heat falls.
    6. If compressors and auxiliaries (beside the circuits' pumps) exceed the electricity
       connection, load is shed from the last duty on.
    7. What is short comes from the tank beyond its plan; only then is load unserved. The tank
       catches up as soon as it can.

    ``source_heat`` of the effluent is what evaporators take, less cold by exchanger. Rejected
    heat goes into the same water: its consumer draws ``source_heat - rejected_heat``, and
    ``source_mass_flow`` and ``source_outlet_temperature`` belong to that net draw.
    """
    return _plant_year(_run(system, profiles, circuits, out, arrival_temperature or {}))


def dispatch_power(
    system: System,
    profiles: Profiles,
    circuits: Mapping[str, CircuitYear],
    *,
    out: Collection[str] = (),
    arrival_temperature: Mapping[str, FloatArray] | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Run the plant as `dispatch` does, for variants of which two series are asked.

    Returns
    -------
    tuple of array of float, shape (hours,)
        Electricity of compressors and auxiliaries; heat and cold not served, the sum of the
        circuits' absolute values. [W]
    """
    run = _run(system, profiles, circuits, out, arrival_temperature or {})
    flows = run.flows
    compressors = sum(flows.electricity.T, start=flows.chiller_electricity)
    return compressors + flows.auxiliary, np.asarray(sum(np.abs(run.unserved).T))


def _run(
    system: System,
    profiles: Profiles,
    circuits: Mapping[str, CircuitYear],
    out: Collection[str],
    arrival: Mapping[str, FloatArray],
) -> "_Run":
    faults = Faults()
    check_plant(system.scenario, faults)
    faults.raise_any()
    asked = plant_load(system, circuits)
    effluent = effluent_source(system, profiles, out, arrival)
    rules = plant_rules(system.scenario, asked)
    columns = plant_columns(system.scenario, profiles, asked, effluent, (out, arrival))
    tanks = make_tanks(system.scenario, asked)
    flows = run_plant(columns, rules, tanks)
    return _Run(system.scenario, profiles, asked, effluent, columns, rules, flows, tanks, arrival)


def plant_columns(
    scenario: Scenario,
    profiles: Profiles,
    asked: PlantLoad,
    effluent: Effluent,
    sources: tuple[Collection[str], Mapping[str, FloatArray]],
) -> PlantColumns:
    """Return what each hour asks for and allows, for the kernel.

    Parameters
    ----------
    scenario : Scenario
        With its plant.
    profiles : Profiles
        Of the hours.
    asked : PlantLoad
        By the circuits.
    effluent : Effluent
        Behind the heat pumps.
    sources : (collection of str, mapping of str to array)
        Sources that are out, and known temperatures at the plant.
    """
    plant = scenario.plant
    assert plant is not None, "dispatch needs a plant"
    cold = cold_duty(scenario, asked, effluent)
    pool = pool_columns(scenario, asked, effluent, cold)
    capacity, is_warm_enough = waste_columns(scenario, profiles, asked, *sources)
    limit = np.inf if plant.connection_limit is None else plant.connection_limit
    duration = np.maximum(profiles.duration, LEAST_STEP)
    return PlantColumns(
        duration=duration,
        heat=np.maximum(asked.load, 0.0),
        planned_content=planned_content(scenario, asked, duration),
        cold=np.maximum(-asked.load, 0.0).sum(axis=1),
        cold_work=cold.work,
        waste_capacity=capacity,
        is_warm_enough=is_warm_enough,
        cop=pool.cop,
        unit_heat=pool.unit_heat,
        eer=pool.eer,
        unit_cold=pool.unit_cold,
        reuse_cop=pool.reuse_cop,
        unit_reuse=pool.unit_reuse,
        evaporator_limit=effluent.heat_limit,
        rejection_limit=effluent.cold_limit,
        electricity_limit=np.maximum(limit - asked.pump_electricity, 0.0),
    )


@dataclass(frozen=True, slots=True)
class _Run:
    scenario: Scenario
    profiles: Profiles
    asked: PlantLoad
    effluent: Effluent
    columns: PlantColumns
    rules: PlantRules
    flows: PlantFlows
    tanks: Tanks
    arrival: Mapping[str, FloatArray]

    @property
    def free(self) -> FloatArray:
        """Cold that no evaporator makes; below 0 where they cool more than the circuits. [W]"""
        return np.asarray((1.0 - self.columns.cold_work) * self.flows.cold)

    @property
    def unserved(self) -> FloatArray:
        """Heat less cold of each circuit that is not served, shape (hours, circuits). [W]"""
        asked = self.columns.cold
        missing = np.maximum(asked - self.flows.cold, 0.0)
        share = np.divide(missing, asked, out=np.zeros_like(asked), where=asked > 0.0)
        cold = np.maximum(-self.asked.load, 0.0)
        return np.asarray(self.flows.unserved - share[:, np.newaxis] * cold)


def _plant_year(run: _Run) -> PlantYear:
    flows, names = run.flows, run.asked.circuits
    per_circuit = {name: column for column, name in enumerate(names)}
    unserved, drawn = run.unserved, _source_heat(run)
    energy, loss = _buffers(run)
    water = _source_water(run, drawn)
    reused = flows.reused[:, np.newaxis] * (np.arange(len(names)) == run.rules.reuse_circuit)
    made = flows.direct.sum(axis=1) + flows.heat + reused
    units = {
        name: np.ascontiguousarray(flows.units[:, column]) for name, column in per_circuit.items()
    }
    return PlantYear(
        load={name: run.asked.load[:, column] for name, column in per_circuit.items()},
        source_heat=drawn,
        direct_heat={
            (source, name): flows.direct[:, row, column]
            for row, source in enumerate(waste_sources(run.scenario))
            for name, column in per_circuit.items()
        },
        heat_pump_heat={name: flows.heat[:, column] for name, column in per_circuit.items()},
        heat_pump_electricity={
            name: flows.electricity[:, column] for name, column in per_circuit.items()
        },
        cop={name: _cop(run, column) for name, column in per_circuit.items()},
        units={**units, "cold": np.ascontiguousarray(flows.units[:, -1])},
        free_cold=-np.maximum(run.free, 0.0),
        chiller_cold=np.maximum(run.free, 0.0) - flows.cold,
        chiller_electricity=flows.chiller_electricity,
        rejected_heat=flows.rejected,
        reused_heat=flows.reused,
        buffer_energy=energy,
        buffer_loss=loss,
        buffer_layers=_layers(run),
        buffer_start={
            name: float(run.flows.content[0, run.asked.circuits.index(tank.circuit)])
            for name, tank in run.scenario.buffers.items()
            if tank.layers > 1 and tank.circuit in run.asked.circuits
        },
        auxiliary_electricity=flows.auxiliary,
        unserved={name: unserved[:, column] for name, column in per_circuit.items()},
        before_buffers=run.columns.heat.sum(axis=1),
        need=made.sum(axis=1),
        source_mass_flow={name: pair[0] for name, pair in water.items()},
        source_outlet_temperature={name: pair[1] for name, pair in water.items()},
        residual=_residual(run, drawn, unserved),
    )


def _cop(run: _Run, column: int) -> FloatArray:
    heat, power = run.flows.heat[:, column], run.flows.electricity[:, column]
    return np.divide(heat, power, out=np.full_like(heat, np.nan), where=power > 0.0)


def _source_heat(run: _Run) -> dict[str, FloatArray]:
    """Return what reaches the plant from each source, cold taken by exchanger negative. [W]"""
    flows = run.flows
    drawn = {name: np.zeros(len(flows.cold)) for name in run.scenario.sources}
    for row, name in enumerate(waste_sources(run.scenario)):
        drawn[name] = flows.direct[:, row, :].sum(axis=1)
    if run.effluent.id:
        drawn[run.effluent.id] = (flows.heat - flows.electricity).sum(axis=1) - run.free
    return drawn


def _buffers(run: _Run) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Return content [J] and loss [W] by tank; tanks of one circuit fill evenly."""
    content, loss = {}, {}
    for name, tank in run.scenario.buffers.items():
        if tank.circuit not in run.asked.circuits:
            continue
        column = run.asked.circuits.index(tank.circuit)
        if tank.layers > 1:
            content[name], loss[name] = run.flows.content[1:, column], run.flows.loss[:, column]
            continue
        tanks = [each for each in run.scenario.buffers.values() if each.circuit == tank.circuit]
        share = buffer_capacity(tank) / sum(buffer_capacity(each) for each in tanks)
        ends = share * run.flows.content[:, column]
        content[name] = ends[1:]
        loss[name] = buffer_loss_rate(tank) * 0.5 * (ends[1:] + ends[:-1])
    return content, loss


def _layers(run: _Run) -> dict[str, FloatArray]:
    """Return the temperatures of tanks of layers as each hour ends. [°C]"""
    return {
        name: run.tanks.kept[1:, run.asked.circuits.index(tank.circuit), : tank.layers]
        for name, tank in run.scenario.buffers.items()
        if tank.layers > 1 and tank.circuit in run.asked.circuits
    }


def _source_water(
    run: _Run, drawn: Mapping[str, FloatArray]
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Return flow [kg/s] and outlet temperature [°C] of each source in the plant."""
    water = {}
    for row, name in enumerate(waste_sources(run.scenario)):
        inlet = run.arrival.get(name, run.profiles.sources[name].temperature)
        difference = np.maximum(inlet - _waste_outlet(run, row, name), LEAST_DIFFERENCE)
        water[name] = _flow(run.scenario, drawn[name], inlet, (difference, np.inf))
    effluent = run.effluent
    if effluent.id:
        net = drawn[effluent.id] - run.flows.rejected
        difference = np.where(net > 0.0, effluent.cooling, effluent.warming)
        limits = (difference, effluent.mass_flow)
        water[effluent.id] = _flow(run.scenario, net, effluent.temperature, limits)
    return {name: water[name] for name in run.scenario.sources if name in water}


def _waste_outlet(run: _Run, row: int, name: str) -> FloatArray:
    """Return the return of the circuits that waste heat serves, plus its approaches. [°C]"""
    weight = run.flows.direct[:, row, :] + 1e-9
    weight /= weight.sum(axis=1, keepdims=True)
    back = (weight * run.asked.return_temperature).sum(axis=1)
    return np.asarray(back + waste_approach(run.scenario, name))


def _flow(
    scenario: Scenario,
    draw: FloatArray,
    inlet: FloatArray,
    limits: tuple[FloatArray, FloatArray | float],
) -> tuple[FloatArray, FloatArray]:
    """Return flow and outlet for a draw: by the usual difference, within the most flow.

    Where nothing is drawn no water leaves: the outlet is NaN.
    """
    difference, most = limits
    capacity = heat_capacity(inlet, water_table(scenario.water))
    per_kelvin = capacity * np.maximum(difference, 1e-9)
    mass_flow = np.where(draw != 0.0, np.minimum(np.abs(draw) / per_kelvin, most), 0.0)
    none = np.full_like(draw, np.nan)
    change = np.divide(draw, mass_flow * capacity, out=none, where=mass_flow > 0.0)
    return mass_flow, inlet - change


def _residual(run: _Run, drawn: Mapping[str, FloatArray], unserved: FloatArray) -> FloatArray:
    """Return the imbalance of each hour over the sum of its absolute terms."""
    flows, duration = run.flows, run.columns.duration
    filling = np.diff(flows.content, axis=0) / duration[:, np.newaxis]
    terms = np.column_stack(
        [
            *drawn.values(),
            flows.electricity,
            flows.chiller_electricity,
            unserved - run.asked.load,
            -flows.loss,
            -filling,
            -flows.rejected,
        ]
    )
    size = np.maximum(np.abs(terms).sum(axis=1), LEAST_BALANCE)
    return np.asarray(np.abs(terms.sum(axis=1)) / size)
