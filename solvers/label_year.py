"""What the kernels wrote for a circuit's hours, labelled."""

import numpy as np

from ..model.water import WaterTable, density
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray
from .circuit_year import CircuitYear, PipeFigures
from .kept_fields import KeptFields, dimension_of, labelled
from .kernels.mesh_tables import MeshOutputs
from .kernels.tree_tables import Outputs
from .large_arrays import parts_of, release

BY_PRODUCER = (
    "producer_heat",
    "producer_mass_flow",
    "producer_return_temperature",
    "pressure_difference",
)
"""Outputs of each producer, shape (hours, producers)."""

AS_THEY_ARE = (
    "consumer_mass_flow",
    "consumer_supply_temperature",
    "consumer_return_temperature",
    "consumer_heat",
    "consumer_unserved_heat",
    "consumer_reason",
    "consumer_pressure_difference",
    *BY_PRODUCER,
    "heat_loss",
    "hydraulic_power",
    "standing_loss",
    "heat_residual",
    "mass_residual",
    "heat_error",
    "worst_consumer",
    "iterations",
)
"""Outputs that are results under the same name."""


def label_year(
    circuit: Circuit,
    boundary: Boundary,
    water: WaterTable,
    out: Outputs | MeshOutputs,
    fields: KeptFields,
    figures: FloatArray,
) -> CircuitYear:
    """Label what the kernels wrote, and add the plants' own losses and their pumps.

    Parameters
    ----------
    circuit : Circuit
        What was solved.
    boundary : Boundary
        Its hours.
    water : WaterTable
        Of the scenario.
    out : Outputs or MeshOutputs
        By hour, by hour and consumer, and by hour and producer.
    fields : KeptFields
        Of pipes and junctions; values where there is no pipe are blanked.
    figures : array of float, shape (2, pipes, figures)
        Of all hours.
    """
    producers = circuit.producers
    _blank(circuit, fields)
    share = np.nan_to_num(out.producer_mass_flow / producers.design_flow, nan=0.0)
    plant_loss = np.nan_to_num(producers.plant_pressure_loss, nan=0.0) * share**2
    head = out.pressure_difference + plant_loss
    volume = out.producer_mass_flow / density(out.producer_return_temperature, water)
    pumped = np.maximum(np.nan_to_num(volume * head), 0.0)
    boosted = None
    if isinstance(out, MeshOutputs):  # boosters count at the first producer
        pumped[:, 0] += out.booster_power
        if circuit.boosters.ids:
            boosted = out.booster_power / producers.pump_efficiency[0]
    return CircuitYear(
        circuit=circuit,
        producer_supply_temperature=np.array(boundary.supply_temperature),
        pump_head=head,
        pump_electricity=pumped / producers.pump_efficiency,
        booster_electricity=boosted,
        pipe_figures=_figures(circuit, figures),
        fields=labelled(fields),
        field_rows=fields.rows,
        head_residual=out.head_residual if isinstance(out, MeshOutputs) else None,
        **{name: getattr(out, name) for name in AS_THEY_ARE},
    )


NOTHING = {"peak_mass_flow", "peak_velocity", "peak_gradient", "heat_loss"}
"""Figures that are 0 where there is no pipe; the others are NaN."""


def _figures(circuit: Circuit, figures: FloatArray) -> PipeFigures:
    """Return the figures by name, without those of pipes that are not there."""
    named = PipeFigures(*np.moveaxis(figures, -1, 0))
    if circuit.sides is None:
        return named
    return PipeFigures(
        *(
            np.where(circuit.sides, column, 0.0 if name in NOTHING else np.nan)
            for name, column in named._asdict().items()
        )
    )


def _blank(circuit: Circuit, fields: KeptFields) -> None:
    """Set fields to NaN where a side has no pipe."""
    if circuit.sides is None:
        return
    pipes, near = circuit.pipes, np.zeros((2, len(circuit.junctions)), dtype=np.bool_)
    for side, exists in enumerate(circuit.sides):
        near[side, pipes.from_junction[exists]] = True
        near[side, pipes.to_junction[exists]] = True
    there = {"pipe": circuit.sides, "junction": near}
    for name, field in fields.kept.items():
        dimension = dimension_of(name)
        exists = there[dimension][:, fields.rows.get(dimension, slice(None))]
        for side, values in enumerate(field):
            for rows in parts_of(len(values), values.nbytes):
                values[rows, ~exists[side]] = np.nan
                release(values[rows])
