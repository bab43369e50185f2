"""The arrays of a mesh solve: what the kernels work in and write to, and what becomes of it."""

import numpy as np

from ..networks.columns import Circuit, FloatArray
from .kernels.mesh_output import SUMS
from .kernels.mesh_rows import (
    BLOCK_VALUES,
    CONSUMER_VALUES,
    LANES,
    NODE_VALUES,
    PIPE_VALUES,
    QUARTER,
    SCRATCH,
    SIDE_VALUES,
)
from .kernels.mesh_solve import BUNDLE
from .kernels.mesh_sources import FEEDS
from .kernels.mesh_tables import (
    MeshInputs,
    MeshLevel,
    MeshOutputs,
    MeshTable,
    MeshWork,
    Plan,
)
from .kernels.tree_figures import FIGURES, LARGEST, LEAST
from .tree_memory import Memory, aligned


def make_outputs(
    circuit: Circuit, duration: FloatArray, memory: Memory, *, keep: bool
) -> MeshOutputs:
    """Return memory for what hours, consumers and producers get.

    Parameters
    ----------
    circuit : Circuit
        What is solved.
    duration : array of float, shape (hours,)
        [s]
    memory : Memory
        Where what consumers get is kept.
    keep : bool
        Whether to keep what each consumer gets.
    """
    hours, consumers = len(duration), len(circuit.consumer_ids)

    def by_hour() -> FloatArray:
        return np.zeros(hours)

    def by_consumer(name: str) -> FloatArray:
        return memory.array(name, (hours, consumers if keep else 0))

    def by_producer() -> FloatArray:
        return np.zeros((hours, len(circuit.producer_ids)))

    return MeshOutputs(
        duration=np.ascontiguousarray(duration, dtype=np.float64),
        consumer_mass_flow=by_consumer("consumer_mass_flow"),
        consumer_supply_temperature=by_consumer("consumer_supply_temperature"),
        consumer_return_temperature=by_consumer("consumer_return_temperature"),
        consumer_heat=by_consumer("consumer_heat"),
        consumer_unserved_heat=memory.array(
            "consumer_unserved_heat", (hours, consumers), zeros=True
        ),
        consumer_reason=memory.array("consumer_reason", (hours, consumers), np.int8, zeros=True),
        consumer_pressure_difference=by_consumer("consumer_pressure_difference"),
        producer_heat=by_producer(),
        producer_mass_flow=by_producer(),
        producer_return_temperature=by_producer(),
        pressure_difference=by_producer(),
        worst_consumer=np.zeros(hours, dtype=np.int64),
        heat_loss=by_hour(),
        hydraulic_power=by_hour(),
        booster_power=by_hour(),
        standing_loss=by_hour(),
        heat_residual=by_hour(),
        mass_residual=by_hour(),
        head_residual=by_hour(),
        heat_error=by_hour(),
        iterations=np.zeros(hours, dtype=np.int64),
    )


def make_work(mesh: MeshTable, plan: Plan, inputs: MeshInputs) -> MeshWork:
    """Return the work arrays of one thread, with figures that any hour beats.

    Parameters
    ----------
    mesh, plan, inputs
        What the kernels read.
    """
    junctions, places = len(plan.place), len(plan.node)
    pipes, producers = len(mesh.start), len(mesh.producer_junction)
    blocks = int(max(plan.upper.max(initial=-1), plan.lower.max(initial=-1), places - 1)) + 1
    figures = aligned(2 * pipes, FIGURES * QUARTER)
    by_figure = figures.reshape(-1, FIGURES, QUARTER)
    by_figure[:, LARGEST] = -np.inf
    by_figure[:, LEAST] = np.inf

    def by_lane(*things: int) -> FloatArray:
        return aligned(*things, LANES)

    return MeshWork(
        nodes=aligned(2 * junctions, NODE_VALUES),
        pipes=aligned(2 * pipes, PIPE_VALUES),
        consumers=aligned(len(mesh.consumer_junction), CONSUMER_VALUES),
        matrix=aligned(blocks, BLOCK_VALUES),
        right=aligned(places, SIDE_VALUES),
        second=aligned(places, SIDE_VALUES),
        thermal=by_lane(blocks),
        mixed=by_lane(places),
        heads=by_lane(places),
        rest=by_lane(junctions),
        level=MeshLevel(
            ground=by_lane(len(inputs.ground_temperature)),
            back=by_lane(len(inputs.return_temperature)),
            returned=by_lane(len(inputs.return_temperature)),
            difference=by_lane(len(inputs.temperature_difference)),
            limit=by_lane(len(inputs.flow_limit)),
            warmest=by_lane(),
            coldest=by_lane(),
            volume=by_lane(2),
            supply=by_lane(producers),
            fed=by_lane(producers),
            asked=by_lane(producers),
            feed=by_lane(FEEDS, producers),
            back_water=by_lane(producers),
            pressure=by_lane(len(mesh.held_at)),
            passage=by_lane(len(inputs.passage)),
            lift=by_lane(len(inputs.lift)),
            reached=by_lane(len(inputs.reached)),
            errors=by_lane(),
            flow_errors=by_lane(),
            water_errors=by_lane(),
            head=by_lane(),
            duration=by_lane(),
            total=by_lane(),
            share=by_lane(),
            best=by_lane(),
            stuck=by_lane(),
            tries=by_lane(),
            opens=by_lane(),
            restless=by_lane(),
            last_errors=by_lane(),
            marches=by_lane(),
            unrest=by_lane(),
            twin_share=by_lane(),
            twin_change=by_lane(),
            hour=np.zeros(LANES, dtype=np.int64),
            live=by_lane(),
            scratch=aligned(SCRATCH),
            sums=by_lane(SUMS),
        ),
        figures=figures,
        waiting=np.zeros(BUNDLE * LANES, dtype=np.int64),
    )
