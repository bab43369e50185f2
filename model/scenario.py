"""Scenario files: what a run is asked to do. These models are the truth about every key."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from .units import (
    Conductance,
    Conductivity,
    Density,
    Duration,
    Gradient,
    HeatCapacity,
    Length,
    Power,
    Pressure,
    Share,
    Temperature,
    TemperatureDifference,
    Velocity,
    Viscosity,
    Volume,
    VolumeFlow,
    VolumetricHeatCapacity,
)

LATER = {"economy": "prices come with the business case"}
"""Sections of later versions, and what they wait for; they are refused, never ignored."""

Positive = Field(gt=0.0)
NotNegative = Field(ge=0.0)


class Section(BaseModel):
    """A table of the scenario file; unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class WeatherSection(Section):
    """Where the weather comes from."""

    file: str = Field(
        "maastricht", description="bundled year 'maastricht', or a file beside the scenario"
    )
    format: Literal["auto", "maastricht", "try", "knmi", "epw", "csv"] = Field(
        "auto", description="auto tells it from the file's name and first lines"
    )
    year: int | None = Field(None, description="year to take from a KNMI file of several years")
    cold_spell: bool = Field(
        True, description="design year: the coldest week shifted; false is the average year"
    )
    cold_spell_shift: TemperatureDifference = Field(
        -6.0, description="shift of the coldest week in the design year [K]"
    )


class TimeSection(Section):
    """Instants of the run."""

    step: Annotated[Duration, Positive] | None = Field(
        None,
        description="length of a step [s]; default: the rows' own steps; a step that sees "
        "several rows has their mean over time",
    )
    interpolation: Literal["step", "linear"] = "step"
    start: str | None = Field(None, description="first instant, ISO, CET; default: 1 January")


class DemandSection(Section):
    """What dwellings ask for, where no heat series is given."""

    seed: int = Field(1, ge=0, description="same seed, same bytes")
    space_heat_kwh: Annotated[float, NotNegative] = Field(
        2832.0, description="mean per dwelling in the average year [kWh]; from the memo's bill"
    )
    tap_water_kwh: Annotated[float, NotNegative] = Field(
        1111.0, description="mean per dwelling and year [kWh]; from the memo's bill"
    )
    cold_kwh: Annotated[float, NotNegative] = Field(
        700.0, description="mean per dwelling asked for in cold mode, average year [kWh]"
    )
    balance_temperature: Temperature = Field(
        14.0, description="no space heat above this lagged outdoor temperature [°C]"
    )
    balance_spread: Annotated[TemperatureDifference, NotNegative] = Field(
        1.0, description="standard deviation of the balance temperature between dwellings [K]"
    )
    loss_spread: Annotated[Share, NotNegative] = Field(
        0.2, description="standard deviation of the heat loss between dwellings of one type"
    )
    time_constant: Annotated[Duration, Positive] = Field(
        86400.0, description="first-order lag of the outdoor temperature [s]"
    )
    riser_loss: Annotated[Power, NotNegative] = Field(
        20.0, description="tap-water riser loss of an apartment, part of its block's demand [W]"
    )


class CircuitSection(Section):
    """One closed water loop."""

    service: Literal["space", "tap_water", "source", "none"] = Field(
        "none", description="which demand of the dwellings its consumers draw, if any"
    )
    trench: bool = Field(
        True,
        description="false: pipes inside a building, not counted as trench and without soil that "
        "holds heat",
    )
    max_velocity: Annotated[Velocity, Positive] = Field(2.0, description="design limit [m/s]")
    max_gradient: Annotated[Gradient, Positive] = Field(250.0, description="design limit [Pa/m]")
    max_pressure: Annotated[Pressure, Positive] | None = Field(
        None, description="rating, gauge [Pa]; default: the lowest rating of its pipes"
    )
    design_method: Literal["ds439", "degree_day", "sum"] = Field(
        "sum", description="how coincident loads of the design state follow from dwellings"
    )


class SourceSection(Section):
    """A source of heat at the plant."""

    kind: Literal["waste_heat", "effluent"]
    circuit: str | None = Field(None, description="circuit that brings it to the plant")
    consumer: str | None = Field(None, description="the plant's consumer on that circuit")
    capacity: Annotated[Power, NotNegative] | None = Field(None, description="most heat [W]")
    flow: Annotated[VolumeFlow, Positive] | None = Field(
        None, description="yearly mean volume flow of the effluent [m3/s]"
    )
    temperature: Temperature | None = Field(
        None, description="supply temperature where no calendar gives it [°C]"
    )
    calendar: str | None = Field(
        None, description="CSV beside the scenario: by iso_week (waste heat) or month (effluent)"
    )
    max_temperature: Temperature | None = Field(
        None, description="effluent never comes warmer [°C]; default: as month and air make it"
    )
    min_outlet_temperature: Temperature = Field(
        2.0, description="effluent is not cooled below this [°C]"
    )
    temperature_difference: Annotated[TemperatureDifference, Positive] = Field(
        5.0, description="design cooling of the effluent [K]"
    )
    max_temperature_difference: Annotated[TemperatureDifference, Positive] = Field(
        6.0, description="permit: largest change of the discharge [K]"
    )
    min_flow_factor: Annotated[Share, Positive] = Field(
        0.5, description="night minimum of the effluent flow as share of its mean"
    )
    approach: Annotated[TemperatureDifference, NotNegative] = Field(
        1.5, description="loss of temperature in the exchanger to the plant [K]"
    )


class HeatPumpSection(Section):
    """A pool of equal heat pumps on one source."""

    source: str = Field(description="id of a source of kind 'effluent'")
    units: int = Field(4, ge=1, le=1000)
    capacity: Annotated[Power, Positive] = Field(
        description="heat of one unit at 10 °C source and 45 °C sink [W]"
    )
    circuits: tuple[str, ...] = Field(description="circuits it serves, in order of priority")
    cop_model: Literal["jesper", "lorenz"] = "jesper"
    cop_factor: Annotated[float, Positive] = Field(1.0, description="multiplies every COP")
    min_load: Annotated[Share, NotNegative] = Field(
        0.25, le=1.0, description="below this share of its capacity a unit goes on and off"
    )
    capacity_per_kelvin: Annotated[float, NotNegative] = Field(
        0.025, description="relative change of capacity per kelvin of source temperature [1/K]"
    )
    max_eer: Annotated[float, Positive] = Field(8.0, description="cap on the cooling ratio")
    source_pump_share: Annotated[Share, NotNegative] = Field(
        0.01, description="electricity of the intermediate loop as share of heat"
    )


class BufferSection(Section):
    """A tank between plant and a circuit, mixed or of layers."""

    circuit: str = Field(description="circuit it serves")
    volume: Annotated[Volume, Positive] = Field(description="of the water [m3]")
    temperature_difference: Annotated[TemperatureDifference, Positive] = Field(
        30.0,
        description="usable difference between full and empty [K]; of layers the circuit's "
        "temperatures decide",
    )
    standing_loss: Annotated[Power, NotNegative] = Field(0.0, description="when full [W]")
    layers: int = Field(
        1, ge=1, le=200, description="1: mixed; more: hot above cold, 50 are usual; see buffers.md"
    )
    charge_excess: Annotated[TemperatureDifference, NotNegative] = Field(
        2.0,
        description="layers: water made for the circuit is so much warmer than its supply, to "
        "outlast the standing loss [K]",
    )
    height_to_diameter: Annotated[float, Positive] = Field(
        2.0, description="layers: height over diameter"
    )
    heat_loss_coefficient: Annotated[Conductance, NotNegative] | None = Field(
        None,
        description="layers: of the whole tank, in place of `standing_loss` [W/K]",
    )
    insulation_thickness: Annotated[Length, Positive] | None = Field(
        None, description="layers: gives the loss, in place of `standing_loss` [m]"
    )
    insulation_conductivity: Annotated[Conductivity, Positive] = Field(
        0.04, description="layers: mineral wool [W/(m K)]"
    )
    vertical_conductivity: Annotated[Conductivity, NotNegative] = Field(
        1.5, description="layers: water 0.65, the rest for tank wall and inlets [W/(m K)]"
    )
    room_temperature: Temperature = Field(15.0, description="layers: around the tank [°C]")


class ExchangerSection(Section):
    """A heat exchanger between two circuits whose water never meets."""

    consumer: str = Field(
        description="the consumer that stands for it in the circuit it takes from"
    )
    producer: str = Field(
        description="the producer that stands for it in the circuit it feeds; role 'pressure'"
    )
    approach: Annotated[TemperatureDifference, NotNegative] = Field(
        2.0, description="least difference between both circuits, at either end [K]"
    )


class PlantSection(Section):
    """The heat plant: what it feeds, what it draws on, in which order."""

    producers: tuple[str, ...] = Field(description="producers of circuits that it stands behind")
    consumers: tuple[str, ...] = Field(
        (), description="consumers of source circuits that it stands behind"
    )
    priorities: tuple[str, ...] = Field((), description="sources in merit order")
    connection_limit: Annotated[Power, Positive] | None = Field(
        None, description="most electricity the grid connection gives [W]"
    )
    approach: Annotated[TemperatureDifference, NotNegative] = Field(
        2.0, description="heat exchanger between a source or heat pump and a circuit [K]"
    )
    auxiliary_share: Annotated[Share, NotNegative] = Field(
        0.005, description="controls, lighting, ventilation as share of heat produced"
    )
    cooling: Literal["chiller", "literal"] = Field(
        "chiller",
        description="chiller: cold beyond free cooling by the heat pumps; literal: the memo's "
        "words, the effluent itself cooled to 18 °C",
    )


class ReferenceSection(Section):
    """Every dwelling its own air-water heat pump."""

    tap_water: Literal["on_demand", "spread", "night"] = "on_demand"
    space_supply_cold: Temperature = Field(38.0, description="floor supply at -10 °C [°C]")
    space_supply_mild: Temperature = Field(30.0, description="floor supply at +14 °C [°C]")
    tap_water_temperature: Temperature = Field(57.0, description="of the tank charge [°C]")
    tank_loss_kwh_per_day: Annotated[float, NotNegative] = 1.5
    field_factor: Annotated[float, Positive] = Field(
        0.87, description="COP in the field over laboratory: defrost, cycling, pump"
    )
    max_tap_water_cop: Annotated[float, Positive] = 3.6
    cooling_eer: Annotated[float, Positive] = Field(5.6, description="at 30 °C air, 18 °C water")
    bivalent_temperature: Temperature = Field(
        -10.0, description="at this air temperature the unit just meets its design load [°C]"
    )
    auxiliary_power: Annotated[Power, NotNegative] = Field(
        60.0, description="circulation pump and controls while heating [W]"
    )
    household_peak: Annotated[Power, NotNegative] = Field(
        900.0, description="a household's share of the evening peak, for definition 'dwelling' [W]"
    )


class CaseSection(Section):
    """What differs from the base case."""

    out: tuple[str, ...] = Field((), description="sources out of service all year")


class GroundSection(Section):
    """Undisturbed ground around the pipes."""

    mean_temperature: Temperature = 11.0
    amplitude: Annotated[TemperatureDifference, NotNegative] = 8.5
    coldest_day: Annotated[float, Field(ge=0.0, le=366.0)] = 28.0
    diffusivity_m2_per_day: Annotated[float, Positive] = 0.05
    conductivity: Annotated[Conductivity, Positive] = 1.6
    cover: Annotated[Length, Positive] = Field(0.8, description="above the casing [m]")
    gap: Annotated[Length, Positive] = Field(0.15, description="between casings of a pair [m]")
    radial_cells: int = Field(
        0,
        ge=0,
        le=64,
        description="dynamic runs: rings of soil around each pipe that hold heat, 8 are usual; "
        "0: the ground has no memory",
    )
    heat_capacity: Annotated[VolumetricHeatCapacity, Positive] | None = Field(
        None,
        description="of the rings' soil [J/(m3 K)]; default: conductivity over diffusivity",
    )


class WaterSection(Section):
    """Properties of the water."""

    model: Literal["iapws", "constant"] = "iapws"
    density: Annotated[Density, Positive] = 983.0
    viscosity: Annotated[Viscosity, Positive] = Field(4.7e-4, description="dynamic [Pa s]")
    heat_capacity: Annotated[HeatCapacity, Positive] = 4185.0


class FrictionSection(Section):
    """Friction in pipes."""

    law: Literal["colebrook", "haaland", "rough", "pandapipes"] = "colebrook"
    laminar_until: Annotated[float, Positive] = 2000.0
    turbulent_from: Annotated[float, Positive] = Field(
        4000.0, validate_default=True, description="at least laminar_until; equal is a jump"
    )
    heating: bool = Field(True, description="friction warms the water of a pipe")

    @field_validator("turbulent_from")
    @classmethod
    def _is_not_below_laminar(cls, value: float, before: ValidationInfo) -> float:
        """Refuse a turbulent flow that begins before the laminar one ends."""
        laminar_until = before.data.get("laminar_until", value)
        if value < laminar_until:
            raise ValueError(f"a number of at least laminar_until = {laminar_until:g}")
        return value


class ModeSection(Section):
    """Heating or cooling, one per hour, in the circuits named."""

    circuits: tuple[str, ...] = ()
    method: Literal["hysteresis", "calendar"] = "hysteresis"
    window: Annotated[Duration, Positive] = Field(172800.0, description="mean of the outdoor [s]")
    heating_off: Temperature = 14.0
    heating_on: Temperature = 13.0
    cooling_on: Temperature = 19.0
    cooling_off: Temperature = 18.0
    minimum_stay: Annotated[Duration, NotNegative] = Field(259200.0, description="in a mode [s]")
    cooling_from: str = Field("05-01", description="calendar: first day of cooling, MM-DD")
    cooling_until: str = Field("09-30", description="calendar: last day of cooling, MM-DD")


class SolverSection(Section):
    """How hard and how wide the solver works."""

    tolerance: Annotated[float, Field(gt=0.0, le=1e-6)] = Field(
        1e-8, description="largest relative heat error of a consumer"
    )
    max_iterations: int = Field(100, ge=1)
    threads: int | None = Field(None, ge=1, description="default: all processors")


class Scenario(Section):
    """One run: a name, and sections that each have documented defaults."""

    name: str = Field(
        min_length=1,
        pattern=r"^\.*[A-Za-z0-9_-][A-Za-z0-9_.-]*$",
        description="a short name of the run",
    )
    title: str = Field("", description="shown at the head of the report; default: the name")
    crs: str = Field("EPSG:28992", description="'none' for schematics")
    dwellings: int | None = Field(None, ge=1, description="default: counted in the tables")
    weather: WeatherSection = WeatherSection()
    time: TimeSection = TimeSection()
    demand: DemandSection = DemandSection()
    circuits: dict[str, CircuitSection] = {}
    sources: dict[str, SourceSection] = {}
    heat_pumps: dict[str, HeatPumpSection] = {}
    buffers: dict[str, BufferSection] = {}
    exchangers: dict[str, ExchangerSection] = {}
    plant: PlantSection | None = None
    reference: ReferenceSection = ReferenceSection()
    cases: dict[str, CaseSection] = {}
    ground: GroundSection = GroundSection()
    water: WaterSection = WaterSection()
    friction: FrictionSection = FrictionSection()
    mode: ModeSection = ModeSection()
    solver: SolverSection = SolverSection()

    def circuit_section(self, name: str) -> CircuitSection:
        """Return the section of a circuit, or the defaults where no section names it."""
        return self.circuits.get(name) or CircuitSection()
