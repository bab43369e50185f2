"""The water of a circuit, filled in and moved through all steps."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from ..model.errors import Fault, InvalidInputError
from ..model.scenario import Scenario
from ..model.water import WaterTable, density, water_table
from ..networks.boundary import Boundary
from ..networks.columns import Circuit, FloatArray, IntArray
from ..networks.initial import Profile
from .kernel_columns import pump_of
from .kernel_hours import distinct_rows
from .kernels.flush_solve import solve_flush
from .kernels.plug_friction import RESTING
from .kernels.plug_solve import settle_walls, solve_steps
from .kernels.plug_tables import EARTH, Net, Out, Steps, Work
from .plug_columns import (
    Bounds,
    Flows,
    Lines,
    find_lines,
    no_tree,
    plug_net,
    plug_sides,
    plug_steps,
    plug_tree,
)
from .plug_flush import flushes, make_flush
from .plug_initial import Ends, fill_between, fill_profile
from .plug_memory import make_out, make_work
from .plug_rings import with_memory
from .steady import solve_steady, solver_options
from .tree_memory import Memory

ENOUGH, ENOUGH_OF_MANY, MANY = 1e-3, 5e-3, 1024
"""Correction of any consumer's flow with which flows are found; the latter with more lines. [1]"""

UNBOUND = Bounds()
"""Consumers have their own limits alone."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is asked of one solve; ``boundary`` holds through each row's duration.

    Parameters
    ----------
    circuit, boundary, scenario, initial, memory
        As for `solve_dynamic`.
    names : collection of str
        Fields to keep.
    usual : (float, float)
        Supply and return temperature that give the pipes' contents. [°C]
    """

    circuit: Circuit
    boundary: Boundary
    scenario: Scenario
    initial: tuple[Profile, ...]
    names: Collection[str]
    memory: Memory
    usual: tuple[float, float]

    @property
    def water(self) -> WaterTable:
        """Properties of the scenario's water."""
        return water_table(self.scenario.water)


def move_water(
    run: Run, flows: Flows | None, bounds: Bounds = UNBOUND, *, at_once: bool = True
) -> Out:
    """Move the water through all steps.

    Parameters
    ----------
    run : Run
        What is asked.
    flows : Flows or None
        All flows; None: a tree, whose flows follow from the heat.
    bounds : Bounds, optional
        Of what consumers draw where heat decides.
    at_once : bool
        Whether lines of large trees may be moved many at once. Where that finds no flows in some
        step (supply that falls below the return water asked for: more flow brings less heat), all
        are moved one by one.

    Raises
    ------
    InvalidInputError
        If water runs in circles.

    Notes
    -----
    Larger flows (``bounds.helps``) that are not found at once are not sought one by one.
    """
    circuit, boundary, law = run.circuit, run.boundary, run.scenario.friction.law
    ground, ground_row = _grounds(boundary)
    net = plug_net(circuit, boundary, run.usual, run.water, law, ground_row)
    net = with_memory(net, circuit, find_lines(circuit), run.scenario)
    sides = plug_sides(circuit, run.water)
    tree, head = no_tree(net.nodes.shape[1]) if flows is not None else plug_tree(circuit, law)
    enough = ENOUGH if net.lines.shape[1] <= MANY else ENOUGH_OF_MANY
    steps = plug_steps(boundary, ground, run.water, flows, bounds, enough)
    work = make_work(net, sides, tree)
    _fill(run, net, steps, work)
    out = make_out(len(boundary.duration), net, sides, run.names, run.memory)
    options = solver_options(run.scenario, exchange=False)
    pump = pump_of(circuit)
    if at_once and flushes(net, steps, tree):
        room = make_flush(net, sides, tree)
        solve_flush(net, sides, tree, head, steps, run.water, options, pump, work, room, out)
        if not out.heat_error.any() or bounds.helps is not None:
            return out
        return move_water(run, flows, bounds, at_once=False)
    stuck = solve_steps(net, sides, tree, head, steps, run.water, options, pump, work, out)
    if stuck >= 0:
        rule = "flows that some pressure drives: no water may run in a circle"
        raise InvalidInputError(Fault(f"circuit '{circuit.id}'", "step", stuck, rule))
    return out


def _grounds(boundary: Boundary) -> tuple[FloatArray, IntArray]:
    """Return distinct ground temperatures (any, hours), and which each pipe has, (2, pipes)."""
    supply, row = distinct_rows(boundary.ground_temperature.T)
    if boundary.return_ground_temperature is None:
        return supply, np.stack([row, row])
    back, back_row = distinct_rows(boundary.return_ground_temperature.T)
    return np.concatenate([supply, back]), np.stack([row, back_row + len(supply)])


def _fill(run: Run, net: Net, steps: Steps, work: Work) -> None:
    """Fill the pipes with the profiles given, others with the steady state of the first row."""
    lines, water, length = find_lines(run.circuit), run.water, run.circuit.pipes.length
    given = {(profile.pipe, profile.side) for profile in run.initial}
    if len(given) < len(lines.route):
        ends = _steady_ends(run, lines)
        fill_between(net, ends, water)
        settle_walls(net, water, steps, work, ends.flow)
    for profile in run.initial:
        place = np.flatnonzero((lines.route == profile.pipe) & (lines.side == profile.side))
        share = profile.position / max(float(length[profile.pipe]), LEAST_LENGTH)
        values = profile.temperature
        if profile.side:  # a return pipe's own direction is from to_junction
            share, values = 1.0 - share[::-1], values[::-1]
        ground = float(steps.ground[0, net.places[EARTH, place][0]])
        for line in place:
            fill_profile(net, int(line), share, values, ground, water)


LEAST_LENGTH = 1e-9
"""Of a pipe along which positions are told. [m]"""


def _steady_ends(run: Run, lines: Lines) -> Ends:
    """Return the water at the pipes' ends in the steady state of the first row."""
    first = run.boundary.at(slice(0, 1))
    year = solve_steady(run.circuit, first, run.scenario, fields=STEADY_FIELDS)
    fields: Mapping[str, FloatArray] = year.fields
    grounds, row = _grounds(first)
    ground = grounds[row[lines.side, lines.route], 0]

    def column(name: str) -> FloatArray:
        return np.asarray(fields[name][0, lines.route, lines.side])

    flow = np.nan_to_num(column("pipe_mass_flow"))
    inlet, outlet = column("pipe_inlet_temperature"), column("pipe_outlet_temperature")
    inlet = np.where(np.isnan(inlet), ground, inlet)
    outlet = np.where(np.isnan(outlet), ground, outlet)
    backwards = flow < 0.0
    rubbed = np.zeros(len(flow))
    if run.scenario.friction.heating:
        lost = np.abs(np.nan_to_num(column("pipe_pressure_drop")))
        rests = 4.0 * np.abs(flow) <= RESTING * np.pi * lines.take(
            run.circuit.pipes.inner_diameter
        )
        rubbed = np.where(rests, 0.0, lost / density(0.5 * (inlet + outlet), run.water))
    return Ends(
        start=np.where(backwards, outlet, inlet),
        end=np.where(backwards, inlet, outlet),
        ground=np.asarray(ground),
        flow=flow,
        rubbed=rubbed,
    )


STEADY_FIELDS = (
    "pipe_mass_flow",
    "pipe_inlet_temperature",
    "pipe_outlet_temperature",
    "pipe_pressure_drop",
)
"""Fields of a steady state that fill the pipes."""
