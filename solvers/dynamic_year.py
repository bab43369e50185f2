"""What the plug-flow kernels wrote, labelled as the results of a circuit."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from ..model.water import WaterTable
from ..networks.boundary import Boundary
from ..networks.columns import RETURN, SUPPLY, BoolArray, Circuit, FloatArray
from .circuit_year import PRESSURE, ByteArray, CircuitYear, PipeFigures
from .kept_fields import KeptFields
from .kernels.plug_tables import Out
from .kernels.tree_figures import (
    MAX_PRESSURE,
    MAX_TEMPERATURE,
    MEAN_TEMPERATURE,
    MIN_PRESSURE,
    MIN_TEMPERATURE,
)
from .kernels.tree_finish import STANDING
from .kernels.tree_tables import Fields, Outputs
from .label_year import label_year
from .plug_columns import Lines, find_lines
from .plug_memory import NODE_FIELDS, PIPE_FIELDS
from .tree_memory import merge_figures

INSTANT = {
    "consumer_supply_temperature": "consumer_supply_end",
    "consumer_return_temperature": "consumer_return_end",
    "consumer_heat": "consumer_heat_end",
    "producer_heat": "producer_heat_end",
    "producer_return_temperature": "producer_return_end",
}
"""Results at the end of each step, whose means stand under the same name in `CircuitYear`."""


def dynamic_year(
    circuit: Circuit, boundary: Boundary, water: WaterTable, out: Out, names: Collection[str]
) -> CircuitYear:
    """Label the steps of a tree.

    Parameters
    ----------
    circuit : Circuit
        What was solved.
    boundary : Boundary
        Its steps.
    water : WaterTable
        Of the scenario.
    out : Out
        What the kernels wrote.
    names : collection of str
        Fields that were kept.
    """
    hours = len(boundary.duration)
    outputs = Outputs(
        duration=boundary.duration,
        consumer_mass_flow=out.consumer_mass_flow,
        consumer_supply_temperature=out.consumer_supply,
        consumer_return_temperature=out.consumer_return,
        consumer_heat=out.consumer_heat,
        consumer_unserved_heat=out.consumer_unserved,
        consumer_reason=out.consumer_reason,
        consumer_pressure_difference=out.consumer_pressure,
        producer_heat=out.producer_heat,
        producer_mass_flow=out.producer_mass_flow,
        producer_return_temperature=out.producer_return,
        pressure_difference=out.head[:, None],
        worst_consumer=out.worst,
        heat_loss=out.heat_loss,
        hydraulic_power=out.rubbed,
        standing_loss=np.zeros(hours),
        heat_residual=out.heat_residual,
        mass_residual=np.zeros(hours),
        heat_error=out.heat_error,
        iterations=out.passes,
    )
    nothing = KeptFields(Fields(*(np.empty((2, 0, 0)) for _ in Fields._fields)), {}, {})
    figures = by_side(circuit, out.figures, float(boundary.duration.sum()))
    year = label_year(circuit, boundary, water, outputs, nothing, figures)
    return replace(
        year,
        fields=kept_fields(circuit, out, names),
        instant=instants(out),
        stored_heat=out.stored,
    )


def by_side(circuit: Circuit, figures: FloatArray, seconds: float) -> FloatArray:
    """Return figures by line as (2, pipes, figures); where a route has no pipe, no state."""
    lines = find_lines(circuit)
    whole = np.zeros((2, len(circuit.pipe_ids), len(figures)))
    whole[..., STATES] = np.nan
    whole[lines.side, lines.route] = figures.T
    return merge_figures([whole.reshape(-1, len(figures))], seconds)


STATES = (MEAN_TEMPERATURE, MIN_TEMPERATURE, MAX_TEMPERATURE, MAX_PRESSURE, MIN_PRESSURE)
"""Figures that are states of the water."""


def instants(out: Out) -> dict[str, FloatArray]:
    """Return the results at the ends of the steps."""
    return {name: getattr(out, kernel) for name, kernel in INSTANT.items()}


def kept_fields(circuit: Circuit, out: Out, names: Collection[str]) -> dict[str, FloatArray]:
    """Return the fields that were kept as (hours, pipes or junctions, side)."""
    lines = find_lines(circuit)
    fields = {}
    for name, kernel in PIPE_FIELDS.items():
        if name in names:
            fields[name] = _by_route(circuit, lines, getattr(out, kernel))
    for name, kernel in NODE_FIELDS.items():
        if name in names:
            field = getattr(out, kernel)
            fields[name] = np.moveaxis(field.reshape(len(field), 2, -1), 1, 2)
            if circuit.is_one_line:
                fields[name][..., RETURN] = np.nan
    return fields


def _by_route(circuit: Circuit, lines: Lines, field: FloatArray) -> FloatArray:
    """Return a field of lines as (hours, pipes, side); NaN where a route has no pipe."""
    if circuit.sides is None:
        return np.moveaxis(field.reshape(len(field), 2, -1), 1, 2)
    whole = np.full((len(field), len(circuit.pipe_ids), 2), np.nan)
    whole[:, lines.route, lines.side] = field
    return whole


def with_travelled_heat(
    year: CircuitYear,
    boundary: Boundary,
    out: Out,
    names: Collection[str],
    weak: BoolArray,
) -> CircuitYear:
    """Return a solved network with the temperatures and the heat of water that travelled.

    Parameters
    ----------
    year : CircuitYear
        Its hydraulics: flows and pressures hold.
    boundary : Boundary
        Steps; each row holds through its duration.
    out : Out
        What the kernels wrote for these flows.
    names : collection of str
        Fields that were kept.
    weak : array of bool, shape (steps, consumers)
        Whom the pump gives less than they ask for.
    """
    circuit = year.circuit
    given = boundary.return_temperature
    back, ends = out.consumer_return, instants(out)
    unserved = _unserved(boundary, out, weak)
    if circuit.is_one_line:  # water that leaves the network does not return
        back = np.where(given == 0.0, np.nan, back)
        back_end = np.where(given == 0.0, np.nan, out.consumer_return_end)
        ends["consumer_return_temperature"] = back_end
    fields = kept_fields(circuit, out, [n for n in names if n != "junction_pressure"])
    kept = {name: year.fields[name] for name in MESH_OWN if name in names}
    seconds = float(boundary.duration.sum())
    figures = PipeFigures(*np.moveaxis(by_side(circuit, out.figures, seconds), -1, 0))
    pressures = {
        name: getattr(year.pipe_figures, name) for name in ("max_pressure", "min_pressure")
    }
    return replace(
        year,
        consumer_mass_flow=out.consumer_mass_flow,
        consumer_supply_temperature=out.consumer_supply,
        consumer_return_temperature=back,
        consumer_heat=out.consumer_heat,
        consumer_unserved_heat=unserved,
        consumer_reason=_reasons(year, out, unserved, weak),
        producer_heat=out.producer_heat,
        producer_mass_flow=out.producer_mass_flow,
        producer_supply_temperature=np.array(boundary.supply_temperature),
        producer_return_temperature=out.producer_return,
        heat_loss=out.heat_loss,
        hydraulic_power=out.rubbed,
        standing_loss=np.zeros_like(out.heat_loss),
        heat_residual=out.heat_residual,
        heat_error=np.maximum(year.heat_error, out.heat_error),
        pipe_figures=figures._replace(**pressures),
        fields={**fields, **kept},
        instant=ends,
        stored_heat=out.stored,
    )


def _unserved(boundary: Boundary, out: Out, weak: BoolArray) -> FloatArray:
    """Return what is not served: also what flows that are told would give beyond a weak pump's."""
    if boundary.flow is None:
        return out.consumer_unserved
    flow = out.consumer_mass_flow
    is_less = weak & ~np.isnan(boundary.flow) & (flow > STANDING)
    more = np.where(is_less, boundary.flow / np.maximum(flow, STANDING) - 1.0, 0.0)
    return np.asarray(out.consumer_unserved + out.consumer_heat * more)


def _reasons(year: CircuitYear, out: Out, unserved: FloatArray, weak: BoolArray) -> ByteArray:
    """Return why heat was not served: also a weak pump, or that no open pipe leads there."""
    pressure = year.fields["junction_pressure"][:, year.circuit.consumers.junction, SUPPLY]
    lacks = (np.isnan(pressure) | weak) & (unserved != 0.0)
    return np.where(lacks, PRESSURE, out.consumer_reason).astype(np.int8)


MESH_OWN = ("junction_pressure",)
"""Fields of a mesh that its hydraulics give."""
