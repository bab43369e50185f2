"""Tanks between plant and circuit: what they hold, conduct and lose."""

import math

import numpy as np
import numpy.typing as npt

from .errors import Faults
from .scenario import BufferSection, Scenario
from .water import density, heat_capacity

FloatArray = npt.NDArray[np.float64]

REFERENCE_TEMPERATURE = 60.0
"""At which the water of a tank is weighed. [°C]"""

EDGE = 0.1
"""Of the whole difference, that the thermocline leaves to both sides. [1]"""


def water_heat(buffer: BufferSection) -> float:
    """Return the heat that a tank's water holds per kelvin. [J/K]"""
    heat_per_kelvin = float(
        density(np.array(REFERENCE_TEMPERATURE)) * heat_capacity(np.array(REFERENCE_TEMPERATURE))
    )
    return float(buffer.volume * heat_per_kelvin)


def buffer_capacity(buffer: BufferSection) -> float:
    """Return the heat that a mixed tank holds between empty and full. [J]

    Parameters
    ----------
    buffer : BufferSection
        With volume and usable difference of temperature.

    Examples
    --------
    >>> tank = BufferSection(circuit="tap_water", volume=40.0, temperature_difference=30.0)
    >>> round(buffer_capacity(tank) / 3.6e9, 2)  # MWh
    1.37
    """
    return float(water_heat(buffer) * buffer.temperature_difference)


def buffer_loss_rate(buffer: BufferSection) -> float:
    """Return the share of its content that a mixed tank loses in a second. [1/s]

    Parameters
    ----------
    buffer : BufferSection
        With its standing loss when full.

    Examples
    --------
    >>> tank = BufferSection(circuit="a", volume=40.0, standing_loss=500.0)
    >>> round(buffer_loss_rate(tank) * 86400, 4)  # of a day
    0.0088
    """
    return buffer.standing_loss / buffer_capacity(buffer)


def tank_height(buffer: BufferSection) -> float:
    """Return the height of a cylinder of the tank's volume. [m]

    Examples
    --------
    >>> round(tank_height(BufferSection(circuit="a", volume=40.0)), 2)
    5.88
    """
    return buffer.height_to_diameter * _diameter(buffer)


def tank_losses(buffer: BufferSection, full_temperature: float) -> tuple[float, float]:
    """Return the loss coefficients of a tank's side, and of its top or bottom. [W/K]

    Parameters
    ----------
    buffer : BufferSection
        With its coefficient, its insulation, or its standing loss when full.
    full_temperature : float
        Of the full tank. [°C]

    Notes
    -----
    Insulation: a cylindrical shell around the side, a slab above and below; films are left out.
    A coefficient of the whole tank, or a standing loss over the difference to the room, is shared
    by area.

    Examples
    --------
    >>> tank = BufferSection(circuit="a", volume=40.0, layers=50, insulation_thickness=0.2)
    >>> side, end = tank_losses(tank, 72.0)
    >>> round(side, 1), round(end, 1)
    (11.6, 1.4)
    """
    diameter, height = _diameter(buffer), tank_height(buffer)
    side, end = math.pi * diameter * height, math.pi * diameter**2 / 4.0
    if buffer.insulation_thickness is not None:
        thickness, conductivity = buffer.insulation_thickness, buffer.insulation_conductivity
        shell = math.log1p(2.0 * thickness / diameter)
        return 2.0 * math.pi * height * conductivity / shell, end * conductivity / thickness
    whole = buffer.heat_loss_coefficient
    if whole is None:
        whole = buffer.standing_loss / max(full_temperature - buffer.room_temperature, 1.0)
    return whole * side / (side + 2.0 * end), whole * end / (side + 2.0 * end)


def layer_rates(buffer: BufferSection, full_temperature: float) -> FloatArray:
    """Return how fast each layer loses heat to its neighbours and to the room.

    Parameters
    ----------
    buffer : BufferSection
        Of at least two layers.
    full_temperature : float
        Of the full tank. [°C]

    Returns
    -------
    array of float, shape (layers, layers)
        M, symmetric: above the room's temperature, layers at rest follow dT/dt = -M T; the first
        layer is at the bottom. [1/s]

    Notes
    -----
    Layers of equal mass with an effective vertical conductivity between their centres: still
    water, and whatever the tank wall conducts and the inlets stir. So it is the one-dimensional
    model of plug flow with conduction, which is near to measurements of tanks with diffusers at
    little flow; strong inlet flows stir more, and by their Reynolds number [1]_. Colder layers
    above warmer ones are mixed at once, as in common tank models [2]_.

    References
    ----------
    .. [1] Rendall, J. et al., "A flow rate dependent 1D model for thermally stratified hot-water
       energy storage" (abstract), Argonne National Laboratory, publication 170017.
    .. [2] Kübler, R., Müller, F., "Type 206: stratified fluid storage tank with internal heat
       exchanger", TRNSYS library, University of Wisconsin-Madison.

    Examples
    --------
    >>> tank = BufferSection(circuit="a", volume=40.0, layers=4, heat_loss_coefficient=12.0)
    >>> rates = layer_rates(tank, 72.0)
    >>> round(float(rates.sum()) * water_heat(tank) / 4, 6)  # W/K
    12.0
    """
    number, (side, end) = buffer.layers, tank_losses(buffer, full_temperature)
    area, height = math.pi * _diameter(buffer) ** 2 / 4.0, tank_height(buffer)
    between = buffer.vertical_conductivity * area / (height / number)
    exchange = np.diag(np.full(number - 1, between), 1)
    exchange += exchange.T
    loss = np.full(number, side / number)
    loss[[0, -1]] += end
    matrix = np.diag(loss + exchange.sum(axis=1)) - exchange
    return np.asarray(matrix / (water_heat(buffer) / number))


def thermocline(layers: FloatArray, height: float) -> FloatArray:
    """Return the height over which a tank goes from cold to hot. [m]

    Parameters
    ----------
    layers : array of float, shape (hours, layers)
        From the bottom. [°C]
    height : float
        Of the tank. [m]

    Returns
    -------
    array of float, shape (hours,)
        Between 10 % and 90 % of the difference of top and bottom, in whole layers; 0 where that
        is below 1 K.

    Examples
    --------
    >>> thermocline(np.array([[40.0, 40.0, 50.0, 60.0, 70.0, 70.0]]), 6.0).tolist()
    [2.0]
    """
    low, high = layers[:, :1], layers[:, -1:]
    edge = EDGE * (high - low)
    between = ((layers > low + edge) & (layers < high - edge)).sum(axis=1)
    is_layered = (high - low)[:, 0] >= 1.0
    return np.asarray(np.where(is_layered, between * height / layers.shape[1], 0.0))


def check_buffers(scenario: Scenario, faults: Faults) -> None:
    """Note tanks whose keys do not fit together.

    Parameters
    ----------
    scenario : Scenario
        Whose names were checked.
    faults : Faults
        Takes one fault for each broken rule.

    Examples
    --------
    >>> faults = Faults()
    >>> tank = {"circuit": "a", "volume": 40, "insulation_thickness": 0.2}
    >>> check_buffers(Scenario(name="a", buffers={"b": tank}), faults)
    >>> faults.found[0].rule
    'layers of at least 2 beside it'
    """
    for name, buffer in scenario.buffers.items():
        item = f"scenario.toml [buffers.{name}]"
        unused = LAYER_KEYS & buffer.model_fields_set if buffer.layers == 1 else set()
        for key in sorted(unused):
            faults.add(item, key, getattr(buffer, key), "layers of at least 2 beside it")
        given = [key for key in LOSS_KEYS if getattr(buffer, key)]
        if len(given) > 1:
            faults.add(item, given[1], getattr(buffer, given[1]), f"no {given[0]} beside it")
        others = [
            other
            for other, each in scenario.buffers.items()
            if other != name and each.circuit == buffer.circuit
        ]
        if buffer.layers > 1 and others:
            rule = f"no other tank on circuit '{buffer.circuit}' (here {', '.join(others)})"
            faults.add(item, "layers", buffer.layers, rule)


LOSS_KEYS = ("heat_loss_coefficient", "insulation_thickness")

LAYER_KEYS = frozenset(
    {
        *LOSS_KEYS,
        "charge_excess",
        "height_to_diameter",
        "insulation_conductivity",
        "vertical_conductivity",
        "room_temperature",
    }
)
"""Keys that mean nothing in a mixed tank."""


def _diameter(buffer: BufferSection) -> float:
    return float((4.0 * buffer.volume / (math.pi * buffer.height_to_diameter)) ** (1.0 / 3.0))
