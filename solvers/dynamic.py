"""Temperatures that travel: a circuit step by step, with what its water and walls hold."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..model.scenario import Scenario
from ..networks.boundary import Boundary, Feed
from ..networks.columns import Circuit, FloatArray
from ..networks.exchangers import Exchanger
from ..networks.initial import Profile
from .carried_heat import with_carried_heat
from .circuit_year import CircuitYear
from .drawing import Drawing, helpful_flows
from .dynamic_check import check_steps, check_values
from .dynamic_year import dynamic_year, with_travelled_heat
from .exchanger_year import Drive, driven
from .kernel_columns import consumer_columns
from .kernels.plug_tables import Out
from .kernels.tree_finish import STANDING
from .mesh import is_mesh
from .moving_water import Run, move_water
from .one_ground import surrounded
from .plug_columns import Bounds, Flows, find_lines, mean_temperatures
from .plug_memory import NODE_FIELDS, PIPE_FIELDS
from .pressure_limit import is_held_back, misses_pressure
from .steady import solve_steady
from .tree_memory import Memory

DYNAMIC_FIELDS = (*PIPE_FIELDS, *NODE_FIELDS)
"""Fields that may be kept: at the end of each step, and ``*_mean`` over it."""

ROUNDS = 30
"""Of hydraulics and heat of a mesh, at most."""

DUST = 1e-12
"""Flow beside which a change counts. [kg/s]"""

CLOSE = 1e-3
"""Change of a mesh's flows, of the largest, that ends the rounds. [1]"""

NOTHING = 1.0
"""Unserved heat below this is none. [W]"""

LITTLE = 1e-6
"""Share of a run's heat for whose sake it is not moved again. [1]"""

HELD = 0.01
"""A return so much warmer than asked for tells that a bypass decides the flow. [K]"""


def solve_dynamic(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    *,
    initial: Collection[Profile] = (),
    fields: bool | Collection[str] = False,
    memory: Memory | None = None,
    rise: FloatArray | None = None,
    drives: Sequence[tuple[Exchanger, Drive]] = (),
) -> CircuitYear:
    r"""Solve a circuit step by step, with the heat that its water and pipe walls hold.

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    boundary : Boundary
        Each row holds through its own duration; a row without duration shows the state as it
        is. With ``[time] interpolation = "linear"`` rows are instants at the ends of their
        steps, and a step sees the mean of both.
    scenario : Scenario
        Its ``[water]``, ``[friction]``, ``[solver]`` and ``[time]`` apply.
    initial : collection of Profile, optional
        Water in pipes at the start. Others, by default all, hold the steady state of the first
        row.
    fields : bool or collection of str, optional
        Fields to keep, all or some of `DYNAMIC_FIELDS`. Default: none.
    memory : Memory, optional
        Where consumers' results and fields are kept; those of the solve before are overwritten.
    rise : array of float, shape (2, pipes, steps), optional
        Mean of each step by which the ground of supply and return pipes is warmer than the
        boundary says, see `travel_linked`. [K]
    drives : sequence of (Exchanger, Drive), optional
        Of the circuit's exchangers, see `driven`: what they decide holds through each step, with
        ``linear`` interpolation too.

    Returns
    -------
    CircuitYear
        Temperatures and heat are means of each step; ``instant`` has those at its end, and
        ``stored_heat`` what water and walls hold then, all with the rows of ``boundary``. To have
        the state at the start too, solve ``boundary.with_start()``.

    Raises
    ------
    InvalidInputError
        If a shape or a field does not fit, a load or a temperature is no number, a duration is
        negative, a profile lies elsewhere than in its pipe, or water runs in circles.

    Notes
    -----
    Plug flow: each pipe is a row of slugs that move with the water and cool by
    :math:`\dot T = -U (T - T_g) / C`. Where any step is at most `FILM_STEP` the wall has
    temperatures of its own and exchanges heat with the passing water through the inner film
    (Gnielinski); in runs of longer ones it is as warm as the water beside it, which slows fronts
    just as much. Nothing conducts heat along the pipe, and no front is blurred by the profile of
    the flow. A pipe holds the same mass of water at any temperature. docs/dynamic-solver.md has
    the equations.

    References
    ----------
    .. [1] Gnielinski, V., "New equations for heat and mass transfer in turbulent pipe and
       channel flow", Int. Chem. Eng. 16 (1976) 359-368.
    .. [2] van der Heijde, B. et al., "Dynamic equation-based thermo-hydraulic pipe model for
       district heating and cooling systems", Energy Convers. Manag. 151 (2017) 158-169,
       doi:10.1016/j.enconman.2017.08.072 (plug flow with heat loss by time of stay).
    """
    names = _names(fields)
    check_steps(circuit, boundary, initial, rise)
    check_values(circuit, driven(boundary, circuit.id, drives))
    boundary = _with_returns(circuit, boundary, scenario, drives)
    mean = _means(boundary) if scenario.time.interpolation == "linear" else boundary
    held = surrounded(driven(mean, circuit.id, drives), rise)
    usual = mean_temperatures(driven(mean, circuit.id, [(e, d.as_usual()) for e, d in drives]))
    run = Run(circuit, held, scenario, tuple(initial), names, memory or Memory(), usual)
    given = surrounded(driven(boundary, circuit.id, drives), rise)
    if is_mesh(circuit):
        return with_carried_heat(_solve_in_rounds(run, given), run.water)
    year = _solve_tree(run)
    return _solve_in_rounds(run, given) if misses_pressure(circuit, year) else year


def _with_returns(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    drives: Sequence[tuple[Exchanger, Drive]],
) -> Boundary:
    """Return a boundary, not driven yet, with the returns that substations have when it is."""
    known = with_known_returns(circuit, driven(boundary, circuit.id, drives), scenario)
    return replace(
        boundary,
        return_temperature=known.return_temperature,
        temperature_difference=known.temperature_difference,
        far_side=known.far_side,
    )


def with_known_returns(circuit: Circuit, boundary: Boundary, scenario: Scenario) -> Boundary:
    """Return a boundary in which substations have the returns of the steady state of each row.

    Parameters
    ----------
    circuit : Circuit
        Perhaps with substations.
    boundary : Boundary
        Its hours.
    scenario : Scenario
        See `solve_steady`.
    """
    if circuit.substations is None or boundary.far_side is None:
        return boundary
    year = solve_steady(circuit, boundary, scenario)
    decides = ~np.isnan(boundary.far_side.back) & (boundary.heat != 0.0)
    found = np.where(decides, year.consumer_return_temperature, boundary.return_temperature)
    difference = np.where(decides, np.nan, boundary.temperature_difference)
    return replace(
        boundary, return_temperature=found, temperature_difference=difference, far_side=None
    )


def move_heat(
    circuit: Circuit,
    boundary: Boundary,
    scenario: Scenario,
    flows: Flows,
    *,
    initial: Collection[Profile] = (),
    fields: bool | Collection[str] = False,
) -> Out:
    """Move heat through a network of any shape whose flows are all known.

    Parameters
    ----------
    circuit : Circuit
        Of any shape.
    boundary : Boundary
        Temperatures and loads; each row holds through its own duration.
    scenario : Scenario
        Its ``[water]`` and ``[friction]`` apply.
    flows : Flows
        Of every pipe, consumer and producer in each step; mass balances close.
    initial : collection of Profile, optional
        Water in pipes at the start.
    fields : bool or collection of str, optional
        As for `solve_dynamic`.

    Returns
    -------
    Out
        As the kernels write it, pipes in the order of `find_lines`.
    """
    usual = mean_temperatures(boundary)
    run = Run(circuit, boundary, scenario, tuple(initial), _names(fields), Memory(), usual)
    return move_water(run, flows)


def _names(fields: bool | Collection[str]) -> Collection[str]:
    if isinstance(fields, bool):
        return DYNAMIC_FIELDS if fields else ()
    unknown = sorted(set(fields) - set(DYNAMIC_FIELDS))
    if unknown:
        rule = f"one of {', '.join(DYNAMIC_FIELDS)}"
        raise InvalidInputError(*(Fault("solve_dynamic", "fields", n, rule) for n in unknown))
    return fields


def _means(boundary: Boundary) -> Boundary:
    """Return a boundary whose rows hold the mean of an instant and the one before it."""

    def mean(column: FloatArray) -> FloatArray:
        before = np.concatenate([column[:1], column[:-1]])
        return np.asarray(0.5 * (before + column))

    feed = boundary.feed and Feed(*(mean(column) for column in boundary.feed))
    flow = None if boundary.flow is None else mean(boundary.flow)
    back_ground = boundary.return_ground_temperature
    back_ground = None if back_ground is None else mean(back_ground)
    return replace(
        boundary,
        heat=mean(boundary.heat),
        supply_temperature=mean(boundary.supply_temperature),
        return_temperature=mean(boundary.return_temperature),
        temperature_difference=mean(boundary.temperature_difference),
        ground_temperature=mean(boundary.ground_temperature),
        return_ground_temperature=back_ground,
        flow=flow,
        feed=feed,
    )


def _solve_tree(run: Run) -> CircuitYear:
    """Solve a tree: flows follow from the heat and the water that comes."""
    if run.boundary.flow is not None:  # no more than each consumer's limit, as in steady runs
        most = consumer_columns(run.circuit)["max_flow"]
        flow = np.minimum(run.boundary.flow, most)
        run = replace(run, boundary=replace(run.boundary, flow=flow))
    holds = not np.isnan(run.circuit.consumers.bypass_temperature).all()
    steady = solve_steady(run.circuit, run.boundary, run.scenario) if holds else None
    bounds = Bounds(least=None if steady is None else _held_flows(run, steady))
    out = move_water(run, None, bounds)
    missed, asked = (
        np.abs(run.boundary.duration @ heat).sum()
        for heat in (out.consumer_unserved, run.boundary.heat)
    )
    if missed > LITTLE * asked:
        misses = np.abs(out.consumer_unserved) > NOTHING
        steady = steady or solve_steady(run.circuit, run.boundary, run.scenario)
        out = _move_more(
            run, bounds, out, np.where(misses, helpful_flows(steady, run.boundary), 0.0)
        )
    year = dynamic_year(run.circuit, run.boundary, run.water, out, run.names)
    if steady is None or bounds.least is None:
        return year
    lost = (steady.heat_error > run.scenario.solver.tolerance) & bounds.least.any(axis=1)
    told = np.where(lost, steady.heat_error, 0.0)  # what holds the bypasses was not found
    return replace(year, heat_error=np.maximum(year.heat_error, told))


def _move_more(run: Run, bounds: Bounds, out: Out, helps: FloatArray) -> Out:
    """Return the water moved with larger flows where they help; if they do not rest, as it was."""
    if not helps.any():
        return out
    rests = not out.heat_error.any()
    more = move_water(run, None, replace(bounds, helps=helps))
    return move_water(run, None, bounds) if rests and more.heat_error.any() else more


def _held_flows(run: Run, year: CircuitYear) -> FloatArray:
    """Return the flows with which bypasses hold their temperature in the steady state.

    Shape (hours, consumers), 0 where another rule decides, or where water all but stands. [kg/s]
    """
    supply, back = year.consumer_supply_temperature, year.consumer_return_temperature
    asked = np.where(
        np.isnan(run.boundary.return_temperature),
        supply - run.boundary.temperature_difference,
        run.boundary.return_temperature,
    )
    holds = ~np.isnan(run.circuit.consumers.bypass_temperature) & (back > asked + HELD)
    return np.where(holds & (year.consumer_mass_flow > STANDING), year.consumer_mass_flow, 0.0)


def _solve_in_rounds(run: Run, given: Boundary) -> CircuitYear:
    """Solve a network whose flows follow from pressures: hydraulics and heat in turns.

    The steady solver finds flows; with these, heat travels; what then comes to the consumers
    tells what they draw, and the steady solver finds flows for that, until they rest. Whom the
    pump gives less than they ask for rests at what it gives.
    """
    year = solve_steady(run.circuit, given, run.scenario, fields=MESH_FIELDS)
    at_instants = run.scenario.time.interpolation == "linear"
    drawing, asked = Drawing(run, helpful_flows(year, given)), run.boundary
    for number in range(ROUNDS):
        flows = _given_flows(run.circuit, year, linear=at_instants)
        weak = is_held_back(year, asked.flow)
        out = move_water(run, flows)
        drawn = drawing.next_flows(out, weak)
        if drawn is None:
            return with_travelled_heat(year, run.boundary, out, run.names, weak)
        moved = np.nan_to_num(np.abs(drawn - out.consumer_mass_flow))
        moved[weak & (drawn > out.consumer_mass_flow)] = 0.0
        unrest = moved.max(axis=1, initial=0.0) / max(
            out.consumer_mass_flow.max(initial=0.0), DUST
        )
        if unrest.max(initial=0.0) <= CLOSE or number == ROUNDS - 1:
            break
        asked, at_instants = replace(run.boundary, flow=drawn), False
        year = solve_steady(run.circuit, asked, run.scenario, fields=MESH_FIELDS)
    year = with_travelled_heat(year, run.boundary, out, run.names, weak)
    told = np.where(unrest > CLOSE, unrest, 0.0)
    return replace(year, heat_error=np.maximum(year.heat_error, told))


MESH_FIELDS = ("pipe_mass_flow", "pipe_pressure_drop", "junction_pressure")
"""Fields that the hydraulics of a network give whose flows follow from pressures."""


def _given_flows(circuit: Circuit, year: CircuitYear, *, linear: bool) -> Flows:
    """Return the flows of a solved mesh by line, and of consumers and producers."""
    lines = find_lines(circuit)

    def held(column: FloatArray) -> FloatArray:
        column = np.nan_to_num(column)
        if not linear:
            return column
        return np.asarray(0.5 * (np.concatenate([column[:1], column[:-1]]) + column))

    through = year.fields["pipe_mass_flow"][:, lines.route, lines.side]
    return Flows(
        pipe=held(through),
        consumer=held(year.consumer_mass_flow),
        producer=held(year.producer_mass_flow),
    )
