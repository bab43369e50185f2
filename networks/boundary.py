"""What drives a circuit through time: the input of the solvers."""

from dataclasses import dataclass, fields, replace

from .columns import FloatArray, IntArray


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
    flow : array of float, shape (hours, consumers), or None
        Drawn by each consumer whatever its heat; NaN where its heat decides, None where that
        is so for all. [kg/s]
    producer_flow : array of float, shape (hours, producers), or None
        From return to supply through producers that do not hold the pressure; NaN where share,
        heat or limit tell, or where the producer holds the pressure. [kg/s]
    producer_share : array of float, shape (hours, producers), or None
        Of the flow of all producers; NaN where something else tells. [1]
    producer_heat : array of float, shape (hours, producers), or None
        Given to the water, cold negative; NaN where something else tells. [W]
    producer_limit : array of float, shape (hours, producers), or None
        Most that a producer gives of what is needed, above 0; NaN where something else tells. [W]
    producer_priority : array of float, shape (hours, producers), or None
        Producers with a limit give in the order of this number, the smallest first.
    """

    heat: FloatArray
    supply_temperature: FloatArray
    return_temperature: FloatArray
    temperature_difference: FloatArray
    ground_temperature: FloatArray
    duration: FloatArray
    flow: FloatArray | None = None
    producer_flow: FloatArray | None = None
    producer_share: FloatArray | None = None
    producer_heat: FloatArray | None = None
    producer_limit: FloatArray | None = None
    producer_priority: FloatArray | None = None

    def rows(self, hours: IntArray) -> "Boundary":
        """Return some hours."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        return replace(
            self, **{name: value[hours] for name, value in given.items() if value is not None}
        )
