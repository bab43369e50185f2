"""What the dispatch of the plant and the individual heat pumps return."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..networks.columns import FloatArray, IntArray
from .circuit_year import CircuitYear
from .exchanger_year import ExchangerYear


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantYear:
    """Dispatch of one case, hour by hour; arrays have shape (hours,), cold is negative.

    Parameters
    ----------
    load : mapping of str to array
        Heat (cold negative) that each circuit takes from the plant. [W]
    source_heat : mapping of str to array
        Heat that reaches the plant from each source, direct or to evaporators, and, negative,
        cold taken from it by free cooling. The effluent takes ``rejected_heat``, too: what its
        circuit sees is the difference. [W]
    direct_heat : mapping of (source, circuit) to array
        Waste heat given to a circuit without heat pump. [W]
    heat_pump_heat : mapping of str to array
        Heat from condensers on effluent into each circuit (through its buffer, if any); heat
        of cooling that a circuit takes is ``reused_heat``. [W]
    heat_pump_electricity : mapping of str to array
        Compressors, for each circuit's duty. [W]
    cop : mapping of str to array
        Of each circuit's duty in the hour; NaN where it stands still. [1]
    units : mapping of str to array of int
        Units of the pool that serve each circuit in the hour, cooling duty as ``"cold"``.
    free_cold : array of float
        Cold by exchanger alone, negative. [W]
    chiller_cold : array of float
        Cold by the heat pumps, negative. [W]
    chiller_electricity : array of float
        Compressors on cooling duty. [W]
    rejected_heat : array of float
        Condenser heat of cooling given to the effluent. [W]
    reused_heat : array of float
        Condenser heat of cooling given to a circuit. [W]
    buffer_energy : mapping of str to array
        Content of each buffer at the end of each hour, above empty; of layers above the mean
        return, of which not all may be warm enough for the circuit. [J]
    buffer_loss : mapping of str to array
        Standing loss. [W]
    buffer_layers : mapping of str to array of float, shape (hours, layers)
        Of buffers with layers, from the bottom, as each hour ends. [°C]
    buffer_start : mapping of str to float
        Content of each buffer with layers as the run begins. [J]
    auxiliary_electricity : array of float
        Controls, lighting, intermediate loops. [W]
    unserved : mapping of str to array
        Load of each circuit that sources and heat pumps could not meet, cold negative. [W]
    before_buffers : array of float
        Sum of the circuits' heat loads before buffers smooth them. [W]
    need : array of float
        Heat that the plant makes in the hour, after buffers. [W]
    source_mass_flow : mapping of str to array
        Flow through the plant's exchanger of each source, for its net draw. [kg/s]
    source_outlet_temperature : mapping of str to array
        Of that flow when it leaves; NaN where the source is out or nothing flows. [°C]
    residual : array of float
        |sources + electricity into water - circuits - buffer loss - d(buffer) - rejected| /
        max(sum of absolute terms, 1 kW).
    """

    load: Mapping[str, FloatArray]
    source_heat: Mapping[str, FloatArray]
    direct_heat: Mapping[tuple[str, str], FloatArray]
    heat_pump_heat: Mapping[str, FloatArray]
    heat_pump_electricity: Mapping[str, FloatArray]
    cop: Mapping[str, FloatArray]
    units: Mapping[str, IntArray]
    free_cold: FloatArray
    chiller_cold: FloatArray
    chiller_electricity: FloatArray
    rejected_heat: FloatArray
    reused_heat: FloatArray
    buffer_energy: Mapping[str, FloatArray]
    buffer_loss: Mapping[str, FloatArray]
    auxiliary_electricity: FloatArray
    unserved: Mapping[str, FloatArray]
    before_buffers: FloatArray
    need: FloatArray
    source_mass_flow: Mapping[str, FloatArray]
    source_outlet_temperature: Mapping[str, FloatArray]
    residual: FloatArray
    buffer_layers: Mapping[str, FloatArray] = field(default_factory=dict)
    buffer_start: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceYear:
    """Every dwelling its own air-water heat pump, in one tap-water strategy.

    Parameters
    ----------
    strategy : str
        ``"on_demand"``, ``"spread"`` or ``"night"``.
    electricity : array of float, shape (hours,)
        Of all dwellings together. [W]
    space_heat, tap_water, cooling, backup, auxiliary : array of float, shape (hours,)
        Its parts: compressors on each duty, resistive back-up, pumps and controls. [W]
    dwelling_peak : array of float, shape (dwellings,)
        Highest hourly mean of each dwelling by itself. [W]
    dwelling_annual : array of float, shape (dwellings,)
        Electricity of each dwelling in the run. [J]
    """

    strategy: str
    electricity: FloatArray
    space_heat: FloatArray
    tap_water: FloatArray
    cooling: FloatArray
    backup: FloatArray
    auxiliary: FloatArray
    dwelling_peak: FloatArray
    dwelling_annual: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case of the system: dispatch and the circuits that depend on it.

    Parameters
    ----------
    name : str
        ``"base"`` or a key of the scenario's cases.
    plant : PlantYear or None
        None where the scenario has no plant.
    circuits : mapping of str to CircuitYear
        Every circuit, source circuits as this case drives them.
    exchangers : mapping of str to ExchangerYear
        What passes between distribution circuits; the same in every case.
    """

    name: str
    plant: PlantYear | None
    circuits: Mapping[str, CircuitYear]
    exchangers: Mapping[str, ExchangerYear] = field(default_factory=dict)
