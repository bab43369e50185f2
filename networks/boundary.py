"""What drives a circuit through time: the input of the solvers."""

from dataclasses import dataclass

from .columns import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """Loads and temperatures of one circuit at every hour (or other instant).

    Arrays may be broadcast views; hours need not be contiguous.

    Parameters
    ----------
    heat : array of float, shape (hours, consumers)
        Asked for by each consumer; cold is negative. [W]
    supply_temperature : array of float, shape (hours, producers)
        Leaving each producer. [°C]
    return_temperature : array of float, shape (hours, consumers)
        Leaving each substation; NaN where a difference is given. [°C]
    temperature_difference : array of float, shape (hours, consumers)
        Supply less return at the substation, negative for cold; NaN where a return
        temperature is given. [K]
    ground_temperature : array of float, shape (hours, pipes)
        Undisturbed ground at the pipes. [°C]
    duration : array of float, shape (hours,)
        Time each state stands for. [s]
    """

    heat: FloatArray
    supply_temperature: FloatArray
    return_temperature: FloatArray
    temperature_difference: FloatArray
    ground_temperature: FloatArray
    duration: FloatArray
