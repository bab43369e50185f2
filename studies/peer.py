"""The same circuit and hour in pandapipes, for benchmarks and validation.

Of pandapipes it asks the coupled hydraulic and thermal solution (``mode="bidirectional"``): the
``sequential`` mode leaves heat losses out of the flows. pandapipes knows no exchange between a
supply and a return pipe, no bypass and no cap on the flow: compare circuits without them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..model.scenario import WaterSection
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray
from ..networks.exchange.build import Built, add_circuit, consumer_columns
from ..networks.exchange.library import KELVIN, is_installed, quiet
from ..networks.exchange.settings import make_constant_fluid
from ..networks.exchange.state import CircuitState, state_at

__all__ = ["OPTIONS", "TIGHT", "Peer", "PeerHour", "is_installed", "without_extras"]

LIFT = 15e5
"""Between the producer's junctions: enough for any hour, as flows do not depend on it. [Pa]"""

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
    built: Built | None = None

    def __post_init__(self) -> None:
        import pandapipes

        with quiet():
            self.network = pandapipes.create_empty_network()
            self.network["fluid"] = make_constant_fluid(self.water)
            self.built = add_circuit(self.network, self.circuit, self._state(0))

    def _state(self, hour: int) -> CircuitState:
        return state_at(self.circuit, self.boundary, hour, pressure_difference=LIFT)

    def set_hour(self, hour: int) -> None:
        """Put the loads and temperatures of an hour into the network."""
        state = self._state(hour)
        for column, values in consumer_columns(state).items():
            self.network.heat_consumer[column] = values
        supply = state.supply_temperature + KELVIN
        self.network.circ_pump_pressure["t_flow_k"] = supply[:1]
        if self.boundary.feed is not None:
            self.network.circ_pump_mass["t_flow_k"] = supply[1:]
            self.network.circ_pump_mass["mdot_flow_kg_per_s"] = state.mass_flow[1:]
        ground = state.ground_temperature + KELVIN
        self.network.pipe["text_k"] = np.concatenate([ground, ground])

    def solve(self, hour: int, options: Mapping[str, Any] = OPTIONS) -> bool:
        """Solve an hour and return whether pandapipes converged."""
        import pandapipes
        from pandapipes.pf.pipeflow_setup import PipeflowNotConverged

        with quiet():
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
