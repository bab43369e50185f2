"""The contract of tables: every table and column, its unit, default and whether it works yet."""

from collections.abc import Mapping

from ..model.water import VALID_FROM, VALID_UNTIL
from .contract import Column, SeriesFile, Table
from .substation_columns import SUBSTATIONS

COLDEST, WARMEST = -60.0, 60.0
"""Between these lies any air and ground; outside, a unit is wrong. [°C]"""


def _water_temperature(name: str, *, varies: bool = False) -> Column:
    """Return a column of temperatures within which the water's properties are known."""
    return Column(name=name, unit="°C", at_least=VALID_FROM, at_most=VALID_UNTIL, varies=varies)


ID = Column(name="id", kind="id", required=True)
CIRCUIT = Column(name="circuit", kind="id", required=True, meaning="loop it is part of")
JUNCTION = Column(name="junction", kind="id", required=True, refers_to="junctions")

JUNCTIONS = Table(
    name="junctions",
    noun="junction",
    required=True,
    columns=(
        ID,
        Column(name="x", unit="m", required=True),
        Column(name="y", unit="m", required=True),
        Column(name="elevation", unit="m", default=0.0),
        Column(name="geometry", kind="geometry"),
    ),
)

PIPES = Table(
    name="pipes",
    noun="pipe",
    required=True,
    columns=(
        ID,
        CIRCUIT,
        Column(name="from_junction", kind="id", required=True, refers_to="junctions"),
        Column(name="to_junction", kind="id", required=True, refers_to="junctions"),
        Column(name="length", unit="m", required=True, at_least=0.0, at_most=1e5),
        Column(name="type", kind="text", meaning="id in the catalogue"),
        Column(name="inner_diameter", unit="m", above=0.0, at_most=5.0, per_side=True),
        Column(
            name="heat_loss_coefficient",
            unit="W/(m K)",
            at_least=0.0,
            per_side=True,
            meaning="of each pipe to the ground",
        ),
        Column(
            name="pair_exchange_coefficient",
            unit="W/(m K)",
            at_least=0.0,
            meaning="supply to return; default 0, or by type",
        ),
        Column(
            name="roughness",
            unit="m",
            at_least=0.0,
            at_most=0.1,
            per_side=True,
            meaning="default 1e-4, or by type",
        ),
        Column(name="minor_loss_coefficient", at_least=0.0, default=0.0, per_side=True),
        Column(
            name="sides",
            kind="choice",
            default="both",
            choices=("both", "supply", "return"),
            meaning="on which a route has a pipe; supply alone throughout: a one-line network",
        ),
        Column(
            name="outer_diameter",
            unit="m",
            above=0.0,
            at_most=5.0,
            per_side=True,
            meaning="of the wall, where no thickness is given; default by type",
        ),
        Column(
            name="wall_thickness",
            unit="m",
            at_least=0.0,
            at_most=0.5,
            per_side=True,
            meaning="default by type, or 0: no wall",
        ),
        Column(
            name="wall_density",
            unit="kg/m3",
            at_least=0.0,
            at_most=30_000.0,
            per_side=True,
            meaning="default by type, or 0: the wall holds no heat",
        ),
        Column(
            name="wall_specific_heat",
            unit="J/(kg K)",
            at_least=0.0,
            at_most=10_000.0,
            per_side=True,
            meaning="default by type, or 0: the wall holds no heat",
        ),
        Column(
            name="wall_conductivity",
            unit="W/(m K)",
            above=0.0,
            at_most=1_000.0,
            per_side=True,
            meaning="default by type, or none: the wall is one temperature through",
        ),
        Column(
            name="burial_depth",
            unit="m",
            above=0.0,
            at_most=50.0,
            per_side=True,
            meaning="of the centre, a twin's casing; default [ground] cover and half a casing",
        ),
        Column(
            name="trench",
            kind="id",
            refers_to="trenches",
            meaning="the one in which trench_pipes places it; may be left out",
        ),
        Column(name="geometry", kind="geometry"),
    ),
)

TRENCH_TABLE = Table(
    name="trenches",
    noun="trench",
    columns=(
        ID,
        Column(name="soil_conductivity", unit="W/(m K)", required=True, above=0.0, at_most=20.0),
    ),
)

TRENCH_PIPES = Table(
    name="trench_pipes",
    noun="trench pipe",
    columns=(
        Column(name="trench", kind="id", required=True, refers_to="trenches"),
        Column(name="pipe", kind="id", required=True, refers_to="pipes"),
        Column(name="side", kind="choice", required=True, choices=("supply", "return")),
        Column(name="x", unit="m", required=True, meaning="across the trench, from anywhere"),
        Column(name="depth", unit="m", required=True, above=0.0, meaning="of the pipe's centre"),
    ),
)

CONSUMERS = Table(
    name="consumers",
    noun="consumer",
    required=True,
    columns=(
        ID,
        CIRCUIT,
        JUNCTION,
        _water_temperature("return_temperature", varies=True),
        Column(name="temperature_difference", unit="K", above=0.0, varies=True),
        Column(
            name="substation",
            kind="id",
            refers_to="substations",
            meaning="decides the return",
        ),
        _water_temperature("cooling_return_temperature", varies=True),
        Column(name="cooling_temperature_difference", unit="K", above=0.0, varies=True),
        _water_temperature("min_supply_temperature"),
        _water_temperature("max_supply_temperature"),
        Column(name="min_pressure_difference", unit="Pa", at_least=0.0, default=50_000.0),
        Column(
            name="max_flow", unit="kg/s", above=0.0, meaning="default 1.2 times the design flow"
        ),
        Column(name="bypass_flow", unit="kg/s", at_least=0.0, default=0.0),
        _water_temperature("bypass_temperature"),
        Column(name="design_load", unit="W", at_least=0.0),
        Column(name="heat", unit="W", varies=True, meaning="where no series gives it"),
        Column(
            name="flow",
            unit="kg/s",
            at_least=0.0,
            varies=True,
            meaning="drawn whatever the heat; its heat follows",
        ),
        Column(name="building", kind="text"),
        Column(name="is_connected", kind="boolean", default=True),
        Column(name="geometry", kind="geometry"),
    ),
)

PRODUCERS = Table(
    name="producers",
    noun="producer",
    required=True,
    columns=(
        ID,
        CIRCUIT,
        JUNCTION,
        Column(
            name="role",
            kind="choice",
            required=True,
            choices=("pressure", "flow", "heat"),
            over_time="a role that changes: a row for each role at the junction, whose series is "
            "0 while it rests",
            meaning="who holds the pressure (one in a closed circuit), feeds a flow, or heat",
        ),
        _water_temperature("supply_temperature", varies=True),
        _water_temperature("cooling_supply_temperature", varies=True),
        Column(
            name="mass_flow",
            unit="kg/s",
            varies=True,
            meaning="of role flow; negative: it takes from the supply side",
        ),
        Column(
            name="heat", unit="W", varies=True, meaning="of role heat: given whatever is needed"
        ),
        Column(
            name="share",
            at_least=0.0,
            at_most=1.0,
            varies=True,
            meaning="of role flow: of the flow that all consumers draw",
        ),
        Column(
            name="priority",
            over_time="a rank that changes: a row for each at the junction, whose limit is 0 "
            "while it rests",
            meaning="of role heat with a limit: the smallest comes first, of equal ones the first "
            "row",
        ),
        Column(
            name="limit",
            unit="W",
            at_least=0.0,
            varies=True,
            meaning="of role heat: most that it gives of what is needed",
        ),
        Column(
            name="pressure_difference",
            unit="Pa",
            at_least=0.0,
            choices=("worst_point",),
            meaning="a fixed head, or worst_point (default)",
        ),
        Column(name="min_pressure_difference", unit="Pa", at_least=0.0),
        Column(name="max_pressure_difference", unit="Pa", above=0.0),
        Column(
            name="static_pressure",
            unit="Pa",
            default=300_000.0,
            meaning="gauge, at its return junction; 3 bar is our assumption",
        ),
        Column(
            name="pressure",
            unit="Pa",
            varies=True,
            meaning="gauge, held at its junction; one-line networks only",
        ),
        Column(name="plant_pressure_loss", unit="Pa", at_least=0.0, default=0.0),
        Column(name="design_flow", unit="kg/s", above=0.0),
        Column(name="pump_efficiency", above=0.0, at_most=1.0, default=0.6),
        Column(name="geometry", kind="geometry"),
    ),
)

BOOSTERS = Table(
    name="boosters",
    noun="booster",
    columns=(
        ID,
        Column(name="pipe", kind="id", required=True, refers_to="pipes"),
        Column(name="side", kind="choice", required=True, choices=("supply", "return")),
        Column(
            name="pressure_rise",
            unit="Pa",
            required=True,
            varies=True,
            meaning="towards to_junction on the supply side, from_junction on the return side",
        ),
        Column(name="geometry", kind="geometry"),
    ),
)

VALVES = Table(
    name="valves",
    noun="valve",
    columns=(
        ID,
        Column(name="pipe", kind="id", required=True, refers_to="pipes"),
        Column(name="side", kind="choice", required=True, choices=("supply", "return")),
        Column(name="is_open", kind="boolean", required=True, varies=True),
        Column(
            name="is_check",
            kind="boolean",
            default=False,
            meaning="passes water only towards to_junction (return side: from_junction)",
        ),
        Column(name="geometry", kind="geometry"),
    ),
)

INITIAL = Table(
    name="initial",
    noun="initial row",
    columns=(
        Column(name="pipe", kind="id", required=True, refers_to="pipes"),
        Column(name="side", kind="choice", required=True, choices=("supply", "return")),
        Column(
            name="position",
            unit="m",
            required=True,
            at_least=0.0,
            meaning="from from_junction; linear between rows, constant beyond",
        ),
        Column(
            name="temperature",
            unit="°C",
            required=True,
            at_least=VALID_FROM,
            at_most=VALID_UNTIL,
            meaning="of water and wall when a dynamic run starts",
        ),
    ),
)

DWELLINGS = Table(
    name="dwellings",
    noun="dwellings",
    columns=(
        ID,
        Column(name="building", kind="text", required=True),
        Column(name="type", kind="text", required=True),
        Column(name="count", required=True, above=0.0),
    ),
)

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        JUNCTIONS,
        PIPES,
        TRENCH_TABLE,
        TRENCH_PIPES,
        CONSUMERS,
        SUBSTATIONS,
        PRODUCERS,
        BOOSTERS,
        VALVES,
        INITIAL,
        DWELLINGS,
    )
}
"""Every table, in the order in which faults are reported."""

SERIES_FILES: Mapping[str, SeriesFile] = {
    file.name: file
    for file in (
        SeriesFile(name="heat", unit="W", columns="consumers"),
        SeriesFile(name="flow", unit="kg/s", columns="consumers", at_least=0.0),
        SeriesFile(
            name="supply_temperature",
            unit="°C",
            columns="producers",
            at_least=VALID_FROM,
            at_most=VALID_UNTIL,
        ),
        SeriesFile(
            name="ground_temperature",
            unit="°C",
            columns="pipes",
            allows_all=True,
            at_least=COLDEST,
            at_most=WARMEST,
        ),
        SeriesFile(
            name="outdoor_temperature",
            unit="°C",
            allows_all=True,
            at_least=COLDEST,
            at_most=WARMEST,
        ),
        SeriesFile(
            name="mode", allows_all=True, words={"heat": 1.0, "off": 0.0, "cold": -1.0}, unit=""
        ),
        SeriesFile(
            name="open",
            columns="valves",
            words={"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0},
            unit="",
        ),
    )
}
"""Every file of values over time, in the order in which faults are reported."""
