"""Mixed tanks between plant and circuit: what they hold and lose."""

import numpy as np

from .scenario import BufferSection
from .water import density, heat_capacity

REFERENCE_TEMPERATURE = 60.0
"""At which the water of a tank is weighed. [°C]"""


def buffer_capacity(buffer: BufferSection) -> float:
    """Return the heat that a tank holds between empty and full. [J]

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
    heat_per_kelvin = float(
        density(np.array(REFERENCE_TEMPERATURE)) * heat_capacity(np.array(REFERENCE_TEMPERATURE))
    )
    return float(buffer.volume * heat_per_kelvin * buffer.temperature_difference)


def buffer_loss_rate(buffer: BufferSection) -> float:
    """Return the share of its content that a tank loses in a second. [1/s]

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
