"""The ground's memory as the plug-flow kernels read it: modes of the rings around each line."""

import numpy as np

from ..model.catalogue import read_catalogue
from ..model.ground_heat import SURFACE_RESISTANCE
from ..model.scenario import GroundSection, Scenario
from ..model.soil import Surroundings, ring_chain
from ..networks.columns import Circuit, FloatArray
from ..profiles.pipe_ground import TYPICAL_CASING
from .kernels.plug_tables import (
    CLOSE,
    DRAINED,
    EXCHANGE,
    FED,
    LOSS,
    RATE,
    RING_STEP,
    RING_VALUES,
    RINGS,
    SOIL_VALUES,
    STORED,
    Net,
)
from .plug_columns import Lines

DAY = 86400.0


def soil_heat_capacity(ground: GroundSection) -> float:
    """Return the heat capacity of the soil: as given, or what its diffusivity tells. [J/(m3 K)]

    Examples
    --------
    >>> round(soil_heat_capacity(GroundSection()) / 1e6, 2)
    2.76
    """
    if ground.heat_capacity is not None:
        return ground.heat_capacity
    return ground.conductivity * DAY / ground.diffusivity_m2_per_day


def with_memory(net: Net, circuit: Circuit, lines: Lines, scenario: Scenario) -> Net:
    """Return the network with rings of soil around its lines, or as it is without any.

    Pipes inside a building (``trench = false``) have none: what surrounds them is air.

    Parameters
    ----------
    net : Net
        Its ``places`` are written.
    circuit : Circuit
        Of any shape.
    lines : Lines
        Its single pipes.
    scenario : Scenario
        Its ``[ground]`` has the number of rings, its ``[circuits]`` say which lie in the ground.
    """
    ground, section = scenario.ground, scenario.circuits.get(circuit.id)
    rings = ground.radial_cells if section is None or section.trench else 0
    length = circuit.pipes.length[lines.route]
    rows = np.flatnonzero((net.lines[LOSS] > 0.0) & (length > 0.0))
    if rings == 0 or rows.size == 0:
        return net
    around = surroundings(circuit, lines, ground)
    per_metre = Surroundings(
        loss=net.lines[LOSS, rows] / length[rows],
        exchange=net.lines[EXCHANGE, rows] / length[rows],
        casing=around.casing[rows],
        depth=around.depth[rows],
        is_twin=around.is_twin[rows] & (net.lines[EXCHANGE, rows] > 0.0),
        conductivity=around.conductivity[rows],
    )
    conductance, capacity = ring_chain(per_metre, soil_heat_capacity(ground), rings)
    modes = np.zeros((net.lines.shape[1], rings, RING_VALUES))
    modes[rows] = _modes(conductance * length[rows, None], capacity * length[rows, None])
    net.places[RINGS, rows] = rings
    soil = np.zeros((net.lines.shape[1], SOIL_VALUES))
    soil[rows, CLOSE], soil[:, RING_STEP] = conductance[:, 0] * length[rows], -1.0
    return net._replace(rings=modes, soil=soil)


def surroundings(circuit: Circuit, lines: Lines, ground: GroundSection) -> Surroundings:
    """Return how the lines of a circuit lie; the coefficients are those of its table.

    Pipes of no type of the catalogue have a casing of `TYPICAL_CASING`; all have the cover of
    ``[ground]`` where none has a depth of its own, and its conductivity where no trench has its
    own.
    """
    catalogue = read_catalogue()
    types = [catalogue.get(name) for name in circuit.pipe_types]
    casing = np.array([kind.casing_diameter if kind else TYPICAL_CASING for kind in types])
    is_twin = np.array([kind is not None and kind.arrangement == "twin" for kind in types])
    conductivity = np.full(len(types), ground.conductivity)
    if circuit.soil_conductivity is not None:
        in_trench = circuit.soil_conductivity
        conductivity = np.where(np.isnan(in_trench), ground.conductivity, in_trench)
    pipes, route = circuit.pipes, lines.route
    depth = (ground.cover + casing / 2.0)[route]
    if circuit.burial_depth is not None:
        own = lines.take(circuit.burial_depth)
        depth = np.where(np.isnan(own), depth, own)
    return Surroundings(
        loss=lines.take(pipes.heat_loss_coefficient),
        exchange=pipes.pair_exchange_coefficient[route],
        casing=casing[route],
        depth=depth + SURFACE_RESISTANCE * conductivity[route],
        is_twin=is_twin[route],
        conductivity=conductivity[route],
    )


def _modes(conductance: FloatArray, capacity: FloatArray) -> FloatArray:
    """Return the modes of chains of rings, shape (lines, rings, values).

    With y = C^0.5 theta the chain is symmetric: y' = -S y + b u, of which the eigenvectors part
    each from each.
    """
    lines, rings = capacity.shape
    root = np.sqrt(capacity)
    matrix = np.zeros((lines, rings, rings))
    own = np.arange(rings)
    matrix[:, own, own] = (conductance[:, :-1] + conductance[:, 1:]) / capacity
    beside = -conductance[:, 1:-1] / (root[:, :-1] * root[:, 1:])
    matrix[:, own[:-1], own[1:]] = matrix[:, own[1:], own[:-1]] = beside
    rate, shape = np.linalg.eigh(matrix)
    modes = np.zeros((lines, rings, RING_VALUES))
    modes[:, :, RATE] = rate
    modes[:, :, FED] = shape[:, 0, :] * (conductance[:, 0] / root[:, 0])[:, None]
    modes[:, :, DRAINED] = shape[:, -1, :] * (conductance[:, -1] / root[:, -1])[:, None]
    modes[:, :, STORED] = np.einsum("lr,lrm->lm", root, shape)
    return modes
