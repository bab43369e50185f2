"""What the kernels wrote for a circuit's hours, labelled."""

import numpy as np

from ..model.water import WaterTable, density
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray
from .circuit_year import CircuitYear, PipeFigures
from .kernels.mesh_tables import MeshOutputs
from .kernels.tree_tables import Fields, Outputs
from .tree_memory import labelled_fields

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
    fields: Fields,
    figures: FloatArray,
    head_residual: FloatArray | None = None,
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
    fields : Fields
        Those that were kept.
    figures : array of float, shape (2, pipes, figures)
        Of all hours.
    head_residual : array of float, shape (hours,), optional
        See `CircuitYear`.
    """
    producers = circuit.producers
    share = np.nan_to_num(out.producer_mass_flow / producers.design_flow, nan=0.0)
    plant_loss = np.nan_to_num(producers.plant_pressure_loss, nan=0.0) * share**2
    head = out.pressure_difference + plant_loss
    volume = out.producer_mass_flow / density(out.producer_return_temperature, water)
    return CircuitYear(
        circuit=circuit,
        producer_supply_temperature=np.array(boundary.supply_temperature),
        pump_head=head,
        pump_electricity=np.maximum(volume * head, 0.0) / producers.pump_efficiency,
        pipe_figures=PipeFigures(*np.moveaxis(figures, -1, 0)),
        fields=labelled_fields(fields),
        head_residual=head_residual,
        **{name: getattr(out, name) for name in AS_THEY_ARE},
    )
