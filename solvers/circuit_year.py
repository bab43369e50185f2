"""What the steady solver returns for one circuit."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..networks.columns import Circuit, FloatArray, IntArray
from .large_arrays import release

SERVED, FLOW_LIMIT, SUPPLY_TOO_COLD, PRESSURE, SOURCE = 0, 1, 2, 3, 4
"""Codes of `CircuitYear.consumer_reason`."""

REASONS = ("", "flow_limit", "supply_too_cold", "pressure", "source")
"""Names of the codes, in their order."""

ByteArray = npt.NDArray[np.int8]

ALL_HOURS = slice(None)


class PipeFigures(NamedTuple):
    """Figures of each pipe over all hours; arrays have shape (2, pipes).

    Parameters
    ----------
    peak_mass_flow : array of float
        Largest absolute flow. [kg/s]
    peak_velocity : array of float
        Largest velocity. [m/s]
    peak_gradient : array of float
        Largest friction and minor loss per metre. [Pa/m]
    mean_temperature : array of float
        Mean over the hours of the middle of inlet and outlet. [°C]
    min_temperature, max_temperature : array of float
        Extremes over the hours of inlet and outlet while water flows. [°C]
    heat_loss : array of float
        To the ground over all hours, without what pipes of other routes take; negative where the
        ground warms the water. [J]
    max_pressure, min_pressure : array of float
        Extremes over the hours at both ends, gauge. [Pa]
    """

    peak_mass_flow: FloatArray
    peak_velocity: FloatArray
    peak_gradient: FloatArray
    mean_temperature: FloatArray
    min_temperature: FloatArray
    max_temperature: FloatArray
    heat_loss: FloatArray
    max_pressure: FloatArray
    min_pressure: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class CircuitYear:
    """Solved hours of one circuit; equal only to itself, so that its sums can be kept.

    Parameters
    ----------
    circuit : Circuit
        What was solved.
    consumer_mass_flow : array of float, shape (hours, consumers)
        Through each substation, bypass included. [kg/s]
    consumer_supply_temperature, consumer_return_temperature : array, (hours, consumers)
        At the substation, on the network's side. [°C]
    consumer_heat : array of float, shape (hours, consumers)
        Delivered; cold is negative. [W]
    consumer_unserved_heat : array of float, shape (hours, consumers)
        Asked for less delivered, with the sign of what was asked for. [W]
    consumer_reason : array of int8, shape (hours, consumers)
        Why heat was not served, an index of `REASONS`.
    consumer_pressure_difference : array of float, shape (hours, consumers)
        Across the substation. [Pa]
    producer_heat : array of float, shape (hours, producers)
        Into the water; cold is negative. [W]
    producer_mass_flow : array of float, shape (hours, producers)
        From return to supply. [kg/s]
    producer_supply_temperature, producer_return_temperature : array, (hours, producers)
        At the producer. [°C]
    pressure_difference : array of float, shape (hours, producers)
        Between the producer's supply and return junction. [Pa]
    pump_head : array of float, shape (hours, producers)
        ``pressure_difference`` plus the loss in the plant. [Pa]
    pump_electricity : array of float, shape (hours, producers)
        Electric power of the pumps. [W]
    heat_loss : array of float, shape (hours,)
        Of all pipes to the ground, without what pipes of other circuits take. [W]
    hydraulic_power : array of float, shape (hours,)
        Friction that warms the pipes' water; 0 where the scenario switches it off. [W]
    standing_loss : array of float, shape (hours,)
        Estimated loss of pipes that stand without flow, which steady mode leaves out: they
        would have to be kept at supply and return temperature to stay warm. [W]
    heat_residual : array of float, shape (hours,)
        |producers + hydraulic power - consumers - carried - loss| / max(sum of absolute terms,
        1 kW), the exchange with other circuits part of the loss.
    mass_residual : array of float, shape (hours,)
        Largest imbalance of a junction. [kg/s]
    heat_error : array of float, shape (hours,)
        Largest share of a consumer's heat by which the solution misses it for no physical
        reason, or the last error of an hour that stopped at the largest number of iterations:
        above the solver's tolerance the hour did not converge. [1]
    worst_consumer : array of int, shape (hours,)
        Row of the consumer that decides the head; -1 where a limit does.
    iterations : array of int, shape (hours,)
        Newton iterations of the hour's block.
    pipe_figures : PipeFigures
        Figures over all hours.
    fields : mapping of str to array
        Kept only on request; names as in the outputs: ``pipe_mass_flow``,
        ``pipe_inlet_temperature``, ``pipe_outlet_temperature``, ``pipe_heat_loss``,
        ``pipe_exchange`` (to pipes of other routes, only with shared trenches),
        ``pipe_pressure_drop`` (hours, pipes, 2); ``junction_temperature``,
        ``junction_pressure`` (hours, junctions, 2).
    field_rows : mapping of str to array of int
        Rows of ``"pipe"`` and ``"junction"`` that the fields hold; without an entry all.
    head_residual : array of float, shape (hours,), or None
        Largest difference between the pressures at a pipe's ends and what friction, minor
        losses and height take; None for a tree, where there is none. [Pa]
    missing_head : array of float, shape (hours,), or None
        By how much a pump of bounded head is too weak to serve everybody; None where its head
        has no bound. [Pa]
    exchange_from : mapping of str to array of float, shape (hours,)
        Heat from each other circuit whose pipes lie in the same trenches, the negative of what
        that circuit has from this one, to the last digit. [W]
    exchange_by_pipe : array of float, shape (2, pipes), or None
        Heat given to pipes of other routes over all hours; None without shared trenches. [J]
    outside_excess : array of float, shape (hours, seen, 2), or None
        Mean water of the routes that lie beside circuits solved elsewhere (`Boundary.outside`),
        above undisturbed ground; None without such. [K]
    stored_heat : array of float, shape (hours + 1,), or None
        Of a dynamic run: heat in the water and the walls of all pipes, above 0 °C, and in the
        rings of soil around them, above undisturbed ground, at the start and at the end of each
        step. Results above are then means of each step. `solve_dynamic` itself has (hours,), the
        ends of the steps alone: `Boundary.with_start` puts the start before them. [J]
    booster_electricity : array of float, shape (hours,), or None
        Part of ``pump_electricity`` of the first producer that boosters use; None without. [W]
    carried_heat : array of float, shape (hours,), or None
        Above 0 °C, that leaves a one-line network with the water at its consumers' return
        temperature, beside what is delivered; None for a circuit with a return side. [W]
    instant : mapping of str to array
        Of a dynamic run: results at the start and at the end of each step, rows (hours + 1,),
        under their names in the outputs, and the means of the steps as ``*_mean`` (those of the
        first row are the state itself). `fields` have the same rows. Of `solve_dynamic` itself
        rows (hours,), without the start.
    """

    circuit: Circuit
    consumer_mass_flow: FloatArray
    consumer_supply_temperature: FloatArray
    consumer_return_temperature: FloatArray
    consumer_heat: FloatArray
    consumer_unserved_heat: FloatArray
    consumer_reason: ByteArray
    consumer_pressure_difference: FloatArray
    producer_heat: FloatArray
    producer_mass_flow: FloatArray
    producer_supply_temperature: FloatArray
    producer_return_temperature: FloatArray
    pressure_difference: FloatArray
    pump_head: FloatArray
    pump_electricity: FloatArray
    heat_loss: FloatArray
    hydraulic_power: FloatArray
    standing_loss: FloatArray
    heat_residual: FloatArray
    mass_residual: FloatArray
    heat_error: FloatArray
    worst_consumer: IntArray
    iterations: IntArray
    pipe_figures: PipeFigures
    fields: Mapping[str, FloatArray]
    field_rows: Mapping[str, IntArray] = field(default_factory=dict)
    head_residual: FloatArray | None = None
    missing_head: FloatArray | None = None
    exchange_from: Mapping[str, FloatArray] = field(default_factory=dict)
    exchange_by_pipe: FloatArray | None = None
    outside_excess: FloatArray | None = None
    stored_heat: FloatArray | None = None
    booster_electricity: FloatArray | None = None
    carried_heat: FloatArray | None = None
    instant: Mapping[str, FloatArray] = field(default_factory=dict)

    @property
    def exchange(self) -> FloatArray:
        """Heat from all other circuits through shared trenches, shape (hours,). [W]"""
        return sum(self.exchange_from.values(), np.zeros_like(self.heat_loss))


def release_consumers(year: CircuitYear, rows: slice = ALL_HOURS) -> None:
    """Let go of the memory of what consumers get, where it lives in files.

    Parameters
    ----------
    year : CircuitYear
        A solved circuit.
    rows : slice
        Hours that have been looked at.
    """
    for column in fields(year):
        if column.name.startswith("consumer"):
            release(getattr(year, column.name)[rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignState:
    """One circuit in its design state: coincident loads per pipe.

    Parameters
    ----------
    method : str
        How coincident loads follow from what stands behind a pipe, in a sentence.
    mode : str
        ``"heat"`` or ``"cold"``: which of the two asks for the larger flow at the plant.
    load : array of float, shape (pipes,)
        Coincident load of each pipe, cold negative. [W]
    mass_flow, velocity, gradient : array of float, shape (2, pipes)
        Of each pipe. [kg/s], [m/s], [Pa/m]
    pressure_drop : array of float, shape (2, pipes)
        Friction and minor losses. [Pa]
    governed_by : tuple of str, length pipes
        ``"heat"`` or ``"cold"``: which asked for the larger flow in each pipe.
    plant_load : float
        Coincident load at the producer. [W]
    plant_mass_flow : float
        Flow at the producer. [kg/s]
    pressure_difference, pump_head : float
        Needed at the producer, without and with the loss in the plant. [Pa]
    pump_electricity : float
        [W]
    worst_consumer : str
        Whose path needs the head.
    max_pressure, min_pressure : float
        In the circuit, gauge. [Pa]
    supply_temperature, return_temperature : float
        Of the design state at the producer. [°C]
    min_supply_temperature : float
        Lowest at a consumer when the circuit heats; NaN where it only cools. [°C]
    heat_loss : float
        Of all pipes. [W]
    """

    method: str
    mode: str
    load: FloatArray
    mass_flow: FloatArray
    velocity: FloatArray
    gradient: FloatArray
    pressure_drop: FloatArray
    governed_by: tuple[str, ...]
    plant_load: float
    plant_mass_flow: float
    pressure_difference: float
    pump_head: float
    pump_electricity: float
    worst_consumer: str
    max_pressure: float
    min_pressure: float
    supply_temperature: float
    return_temperature: float
    min_supply_temperature: float
    heat_loss: float
