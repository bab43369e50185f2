"""The same circuit and hour in pandapipes, for benchmarks and validation.

Of pandapipes it asks the coupled hydraulic and thermal solution (``mode="bidirectional"``): the
``sequential`` mode leaves heat losses out of the flows. pandapipes knows no exchange between a
supply and a return pipe, no bypass and no cap on the flow: compare circuits without them.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..model.scenario import WaterSection
from ..networks.boundary import Boundary
from ..networks.columns import RETURN, SUPPLY, Circuit, FloatArray

KELVIN = 273.15
FLOW_PRESSURE_BAR = 20.0
LIFT_BAR = 15.0

OPTIONS: Mapping[str, Any] = {
    "mode": "bidirectional",
    "friction_model": "colebrook",
    "max_iter_colebrook": 100,
    "iter": 200,
    "use_numba": True,
}
"""How pandapipes solves: its own tolerances, iterations enough for most hours."""

TIGHT: Mapping[str, Any] = {
    **OPTIONS,
    "alpha": 0.5,
    "tol_p": 1e-9,
    "tol_m": 1e-9,
    "tol_T": 1e-7,
    "tol_res": 1e-4,
    "tolerance_colebrook": 1e-10,
}
"""The same, damped and converged so far that differences are not pandapipes' own tolerance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerHour:
    """One hour as pandapipes solves it; arrays have shape (pipes, 2), the last axis the side.

    Parameters
    ----------
    mass_flow : array of float
        Positive from ``from_junction`` on the supply side, towards it on the return side. [kg/s]
    inlet_temperature, outlet_temperature : array of float
        Upstream and downstream end. [°C]
    pressure_drop : array of float
        With the sign of the flow. [Pa]
    reynolds : array of float
        Reynolds number. [1]
    """

    mass_flow: FloatArray
    inlet_temperature: FloatArray
    outlet_temperature: FloatArray
    pressure_drop: FloatArray
    reynolds: FloatArray


def is_installed() -> bool:
    """Return whether pandapipes can be imported."""
    return find_spec("pandapipes") is not None


def without_extras(circuit: Circuit) -> Circuit:
    """Return the circuit without what pandapipes does not know: exchange, bypass, flow cap."""
    consumers = circuit.consumers._replace(
        bypass_flow=np.zeros_like(circuit.consumers.bypass_flow),
        bypass_temperature=np.full_like(circuit.consumers.bypass_temperature, np.nan),
        min_supply_temperature=np.full_like(circuit.consumers.min_supply_temperature, np.nan),
        max_flow=np.full_like(circuit.consumers.max_flow, np.inf),
    )
    exchange = np.zeros_like(circuit.pipes.pair_exchange_coefficient)
    pipes = circuit.pipes._replace(pair_exchange_coefficient=exchange)
    return replace(circuit, consumers=consumers, pipes=pipes)


@dataclass(slots=True)
class Peer:
    """A circuit as a pandapipes network that is solved hour by hour.

    Parameters
    ----------
    circuit : Circuit
        With consumers that draw heat. Producers after the first give a flow.
    boundary : Boundary
        Its loads and temperatures.
    water : WaterSection
        Constant properties; its ``model`` is not looked at.
    """

    circuit: Circuit
    boundary: Boundary
    water: WaterSection
    network: Any = None

    def __post_init__(self) -> None:
        with _quiet():
            self.network = _build(self.circuit, self.boundary, self.water)

    def set_hour(self, hour: int) -> None:
        """Put the loads and temperatures of an hour into the network."""
        boundary = self.boundary
        self.network.heat_consumer["qext_w"] = boundary.heat[hour]
        self.network.heat_consumer["treturn_k"] = boundary.return_temperature[hour] + KELVIN
        supply = boundary.supply_temperature[hour] + KELVIN
        self.network.circ_pump_pressure["t_flow_k"] = supply[:1]
        if boundary.feed is not None:
            self.network.circ_pump_mass["t_flow_k"] = supply[1:]
            self.network.circ_pump_mass["mdot_flow_kg_per_s"] = boundary.feed.mass_flow[hour, 1:]
        ground = boundary.ground_temperature[hour] + KELVIN
        self.network.pipe["text_k"] = np.concatenate([ground, ground])

    def solve(self, hour: int, options: Mapping[str, Any] = OPTIONS) -> bool:
        """Solve an hour and return whether pandapipes converged."""
        import pandapipes
        from pandapipes.pf.pipeflow_setup import PipeflowNotConverged

        with _quiet():
            self.set_hour(hour)
            try:
                pandapipes.pipeflow(self.network, **options)
            except PipeflowNotConverged:
                return False
        return True

    def read(self) -> PeerHour:
        """Return the hour that was solved last."""
        pipes = self.network.res_pipe
        flow = self._by_side(pipes["mdot_from_kg_per_s"])
        ends = [self._by_side(pipes[name]) - KELVIN for name in ("t_from_k", "t_to_k")]
        drop = (pipes["p_from_bar"] - pipes["p_to_bar"]) * 1e5
        return PeerHour(
            mass_flow=flow,
            inlet_temperature=np.where(flow >= 0.0, ends[0], ends[1]),
            outlet_temperature=self._by_side(pipes["t_outlet_k"]) - KELVIN,
            pressure_drop=self._by_side(drop),
            reynolds=self._by_side(pipes["reynolds"]),
        )

    def _by_side(self, column: Any) -> FloatArray:
        values: FloatArray = np.asarray(column, dtype=np.float64)
        return values.reshape(2, len(self.circuit.pipe_ids)).T.copy()


def _build(circuit: Circuit, boundary: Boundary, water: WaterSection) -> Any:
    """Return the pandapipes network: supply pipes first, then return pipes the other way."""
    import pandapipes
    from pandapipes.properties.fluids import create_constant_fluid

    supply_kelvin = float(boundary.supply_temperature[0, 0]) + KELVIN
    network = pandapipes.create_empty_network()
    network["fluid"] = create_constant_fluid(
        name="constant water",
        fluid_type="liquid",
        density=water.density,
        viscosity=water.viscosity,
        heat_capacity=water.heat_capacity,
        molar_mass=18.015,
        compressibility=1.0,
        der_compressibility=0.0,
    )
    size = len(circuit.junctions)
    level = {"tfluid_k": supply_kelvin}
    supply = pandapipes.create_junctions(network, size, pn_bar=FLOW_PRESSURE_BAR, **level)
    back = pandapipes.create_junctions(network, size, pn_bar=FLOW_PRESSURE_BAR - LIFT_BAR, **level)
    table = circuit.pipes
    start, end = table.from_junction, table.to_junction
    _add_pipes(network, circuit, SUPPLY, (supply[start], supply[end]))
    _add_pipes(network, circuit, RETURN, (back[end], back[start]))
    pandapipes.create_heat_consumers(
        network,
        supply[circuit.consumers.junction],
        back[circuit.consumers.junction],
        qext_w=boundary.heat[0],
        treturn_k=boundary.return_temperature[0] + KELVIN,
    )
    pandapipes.create_circ_pump_const_pressure(
        network,
        back[circuit.producers.junction[0]],
        supply[circuit.producers.junction[0]],
        p_flow_bar=FLOW_PRESSURE_BAR,
        plift_bar=LIFT_BAR,
        t_flow_k=supply_kelvin,
    )
    if boundary.feed is not None:
        _add_feeds(network, circuit, boundary, (supply, back))
    return network


def _add_feeds(network: Any, circuit: Circuit, boundary: Boundary, sides: tuple[Any, Any]) -> None:
    """Add the producers after the first one: each gives a flow."""
    import pandapipes

    assert boundary.feed is not None
    supply, back = sides
    flows, kelvins = boundary.feed.mass_flow[0, 1:], boundary.supply_temperature[0, 1:] + KELVIN
    for row, flow, kelvin in zip(circuit.producers.junction[1:], flows, kelvins, strict=True):
        pandapipes.create_circ_pump_const_mass_flow(
            network,
            back[row],
            supply[row],
            p_flow_bar=FLOW_PRESSURE_BAR,
            mdot_flow_kg_per_s=flow,
            t_flow_k=kelvin,
            type="t",
        )


def _add_pipes(network: Any, circuit: Circuit, side: int, ends: tuple[Any, Any]) -> None:
    """Add one side of all routes; the outer diameter of pandapipes is the inner one here."""
    import pandapipes

    table = circuit.pipes
    diameter = table.inner_diameter[side]
    pandapipes.create_pipes_from_parameters(
        network,
        *ends,
        length_km=table.length / 1e3,
        inner_diameter_mm=diameter * 1e3,
        outer_diameter_mm=diameter * 1e3,
        k_mm=table.roughness[side] * 1e3,
        loss_coefficient=table.minor_loss_coefficient[side],
        u_w_per_m2k=table.heat_loss_coefficient[side] / (np.pi * diameter),
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the warnings and messages of pandapipes and its libraries."""
    logger = logging.getLogger("pandapipes")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
