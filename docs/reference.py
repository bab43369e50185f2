"""Write docs/scenario.md and docs/tables.md from the models: ``python docs/reference.py``.

A test renders them again and compares, so that the pages cannot drift from the code.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from warmtenet.model.scenario import Scenario, Section
from warmtenet.networks.contract import Column, SeriesFile, Table
from warmtenet.networks.tables import SERIES_FILES, TABLES

HERE = Path(__file__).parent

SCENARIO_HEAD = """\
# The scenario

A run is described by a `scenario.toml` beside its [tables](tables.md). It needs only a `name`;
everything else has a default. `warmtenet new FOLDER` writes a commented one that runs, `warmtenet
schema` prints the rules as JSON Schema, and `--set section.key=value` overrides any value:

    warmtenet run tregazinkwit --set weather.cold_spell=false --set heat_pumps.pool.units=5

A value is a number in the unit shown, or a text with a unit: `capacity = "650 kW"`. An unknown
key is an error that names the nearest known one. Temperatures are °C, differences K, everything
else SI.

This page is written by `docs/reference.py` from the model that reads the file.
"""

SECTION_HEADS: Mapping[str, str] = {
    "weather": "Weather of the run. Not needed where series drive the circuits.",
    "time": "Instants of the run. A step that is longer than the rows of a series, or of the "
    "year's hours, or that does not divide them, sees their mean: [Series](tables.md#series).",
    "demand": "Demand of the dwellings in `dwellings.csv`, where no series gives the heat.",
    "circuits": "A circuit that no section names has the defaults, a one-line network too.",
    "sources": "Sources of heat at the plant.",
    "heat_pumps": "Pools of equal units; capacity and COP follow source and sink temperature.",
    "buffers": "Tanks between the plant and a circuit, mixed or of [layers](buffers.md). What "
    "says *layers:* needs `layers` of at least 2.",
    "exchangers": "Pressure [zones](zones.md): one circuit feeds another through a heat "
    "exchanger; what the second takes is the load of the first.",
    "plant": "Without this section the circuits alone are solved.",
    "reference": "Individual air-water heat pumps, to compare with.",
    "cases": "Solved beside `base`: `[cases.backup]` with `out` is the case of the comparison.",
    "ground": "Undisturbed ground, and how pipes of the catalogue are laid in it.",
    "water": "`iapws` is IAPWS-97; `constant` takes the three figures.",
    "mode": "Heat or cold, one per hour, in the circuits named; all others heat in every hour.",
}

TABLES_HEAD = """\
# Tables: how a network is given

One folder of CSV files (header, UTF-8, comma), or one GeoPackage with the same names as layers,
beside a [`scenario.toml`](scenario.md). `x, y` are in the scenario's `crs`. Ids are texts, unique
in their table; circuits may share junctions. One row of `pipes` is a supply *and* a return pipe
of one route. `warmtenet check FOLDER` reports every fault at once, one line each; a column or
file whose physics is not built yet is refused with the reason, never ignored.

A cell is a number in the unit shown, or a text with a unit (`0.6 bar`). Where the rule says
*varies* it may also be `series:NAME` (column of the row's id in `NAME.csv`, else `all`) or
`curve:outdoor -10:45 12:35` (°C outdoors : value; straight between, constant beyond). An empty
cell takes the default. A column marked *sides* may be given for one side alone, as
`<column>_supply` and `<column>_return`.

This page is written by `docs/reference.py` from the model that reads the tables.
"""

TABLE_HEADS: Mapping[str, str] = {
    "junctions": "Places where pipes, consumers and producers meet.",
    "pipes": "A pipe has a catalogue `type`, or an `inner_diameter` and a `heat_loss_coefficient`."
    " The two coefficients are U1 - U2 (each pipe to the ground) and U2 (supply to return) of "
    "EN 13941: see the [glossary](glossary.md).",
    "trenches": "Ways in which pipes of several routes, mostly of several circuits, lie side by "
    "side and exchange heat through the soil. All have the same length.",
    "trench_pipes": "Where the pipes of a trench lie: a row for the supply and one for the return "
    "of each route (one row for a route with one side). Of a twin the rows are its two pipes; "
    "their distance must be that of the type. A route of the catalogue has its cross-section; "
    "coefficients in its row of `pipes` come first: then it is a pair of line sources with that "
    "loss, see the "
    "[steady solver](steady-solver.md#shared-trenches).",
    "consumers": "Connections. Each gives a `return_temperature`, a `temperature_difference`, or "
    "a `substation` of `substations.csv`; those that cool, the `cooling_` twin; one in front of "
    "an [exchanger](zones.md) gives none, and no load. Without a series "
    "or a value of `heat`, the dwellings behind `building` ask for what the circuit's `service` "
    "names.",
    "substations": "Kinds of substations, by their design point; a consumer's `design_load` says "
    "how large its own is. [Substations](substations.md) has the equations and says which "
    "temperatures each kind needs. Defaults: `model/data/substations.csv`.",
    "producers": "Where a circuit is fed. One producer holds its pressure and gives what is "
    "missing; others give a flow, a share or heat.",
    "initial": "Water in the pipes when a [dynamic run](dynamic-solver.md) starts; a steady run "
    "leaves it out, and says so. Pipes of circuits that bring the plant a source stay steady and "
    "are refused here. More rows than a pipe can hold (2,048 pieces where lines are few, 32 in "
    "large networks, and 512 cells of a wall) become means of its parts, which keep the heat; "
    "straight courses are kept within 0.001 K.",
    "dwellings": "Which dwellings stand behind which building; types: `model/data/dwellings.csv`.",
}

ODD = """\
## One-line and other odd networks
**Sides.** A route with `sides = supply` or `return` has a pipe on that side alone: supply and
return may differ in way, junctions and diameter. Every consumer needs a way on both sides.

**One-line networks.** A circuit whose pipes all have `sides = supply` has no return. Producers
hold a gauge `pressure` (any number of them; `static_pressure` where it is empty) or push a
`mass_flow`; consumers draw a `flow` (or `heat`, with a return temperature that the water leaves
with), and one of which nothing says what it draws is an open end: it takes what comes, at the
pressure of the air (a `max_flow` there is a fault). Where the pressure would fall below that,
water comes in there, as warm as the first producer sends, and a sentence says so. Into which
producer water flows has a negative `mass_flow` and
takes the water of its junction. Heat counts from water of 0 °C. A consumer with a return
temperature is delivered the heat down to it; the rest leaves with the water and has its own term
in the balance: `carried_mwh` in the summary, `<circuit>_carried_kw` in `hourly.parquet`, *Left
with the water* in the report. There is no worst point, and the return side is null. `length` may
be 0 for a minor loss alone.

**Valves** shut a pipe of a side by the hour: cell `is_open`, or a column of `open.csv`. What no
open pipe connects with a held pressure has none (null); consumers there draw nothing, reason
`pressure`. With `is_check` a valve passes water one way only, in the sense of positive flow, and
is shut in the hours in which it would flow back. **Boosters** raise the pressure in a pipe,
whatever flows; their electricity counts with the first producer's pump and its efficiency.

**Feeding in and drawing.** A prosumer is a consumer and a producer of role `flow` or `heat` at one
junction, each with its series.

**Roles and ranks that change by the hour.** Series have no gaps, and a row keeps its role and
`priority`. A plant that gives a flow in some hours and heat in others has a row for each at its
junction, and the series of the one that rests (`mass_flow`, `share`, `heat`, `limit`) is 0. Who
holds the pressure stays: what moves the balance to another plant is a `share` by the hour.
"""

SERIES_HEAD = """\
## Series
Values over time, as CSV or `.parquet`. The first column is `time` (ISO, CET without daylight
saving), `time_s` (seconds from 0, may be uneven), or none (hours of a year: 8,760 or 8,784 rows);
the other columns are ids. A column of `supply_temperature` replaces the producer's cell.

Series may have different rows, but every series of `time_s`, load or surroundings alike, reaches
the end of the run, the last row of all: what should hold after its last row is not guessed. One
row at 0 s is a constant.

With `[time] interpolation = "step"` a row of `time_s` holds since the row before it, the first
since 0; results carry the row's own `time_s`, and `--at` asks for it. A row at 0 has no length:
it is solved and shown, and counts nothing in sums. A row of `time` marks the start of its
step, as in `hourly.parquet`; where the first lies one step after New Year the rows mark the
ends. Of a dynamic run [fields](fields.md) carry the end of each step, after a row for the start.
With `linear` values hold at the instants; a state stands for half of the time to each neighbour.

A `[time] step` that is longer than the rows, or does not divide them, sees their mean: with `step`
each row counts with the time that the step has of it; with `linear`, where rows lie between two
states, what the line has there above a straight one is shared by both, and where that would lift
a state beyond the rows, both have the line's mean, weighted by how near it is. So the sum over
the run stays that of the rows, and no state is outside of them. That holds for all numbers, also
for demand, weather and sources by the hour; `mode` and `open` are read, not averaged. Steps that
divide the rows read them as they are.
"""

TYPES = {"boolean": "true/false", "geometry": "WKT"}


def scenario_page() -> str:
    """Return docs/scenario.md."""
    fields = Scenario.model_fields
    plain = {key: field for key, field in fields.items() if section_of(field) is None}
    parts = [SCENARIO_HEAD, grid(("key", "default", "meaning"), map(key_row, plain.items()))]
    for key, field in fields.items():
        section = section_of(field)
        if section is None:
            continue
        name = f"{key}.ID" if get_origin(field.annotation) is dict else key
        rows = map(key_row, section.model_fields.items())
        head = f"## [{name}]\n{SECTION_HEADS.get(key, '')}".rstrip() + "\n"
        parts += [head, grid(("key", "default", "meaning"), rows)]
    return "\n".join(parts)


def section_of(field: FieldInfo) -> type[Section] | None:
    """Return the section that a field of the scenario holds, if any."""
    for kind in (field.annotation, *get_args(field.annotation)):
        if isinstance(kind, type) and issubclass(kind, Section):
            return kind
    return None


def key_row(item: tuple[str, FieldInfo]) -> tuple[str, ...]:
    """Return the row of one key of the scenario."""
    key, field = item
    default = "**required**" if field.is_required() else shown(field.default)
    is_choice = get_origin(field.annotation) is Literal
    words = [f'`"{word}"`' for word in get_args(field.annotation)] if is_choice else []
    meaning = [", ".join(words), (field.description or "").replace("|", "/")]
    return f"`{key}`", default, "; ".join(filter(None, meaning))


def shown(value: Any) -> str:
    """Return a default as the file would give it; nothing for no value."""
    if value is None or value in ("", {}):
        return ""
    if isinstance(value, bool):
        return f"`{value}`".lower()
    if isinstance(value, float):
        return f"`{value:,.10g}`".replace(",", "_")
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{word}"' for word in value) + "]`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def tables_page() -> str:
    """Return docs/tables.md."""
    parts = [TABLES_HEAD]
    for table in TABLES.values():
        parts += [
            table_head(table),
            grid(("column", "unit", "rule"), map(column_row, table.columns)),
        ]
    rows = map(series_row, SERIES_FILES.values())
    return "\n".join([*parts, ODD, SERIES_HEAD, grid(("file", "unit", "columns"), rows)])


def table_head(table: Table) -> str:
    """Return the heading of a table."""
    return f"## {table.name}.csv\n{TABLE_HEADS.get(table.name, '')}".rstrip() + "\n"


def column_row(column: Column) -> tuple[str, ...]:
    """Return the row of one column."""
    unit = {"number": column.unit.removeprefix("1")}.get(column.kind)
    if unit is None:
        unit = TYPES.get(column.kind, "text")
    return f"`{column.name}`", unit, "; ".join(rules(column))


def rules(column: Column) -> Iterable[str]:
    """Yield what a column accepts, in a few words each."""
    if column.required:
        yield "**required**"
    words = [f"`{word}`" for word in column.choices]
    if words:
        yield ("" if column.kind == "choice" else "or ") + ", ".join(words)
    if column.default is not None:
        yield f"default {shown(column.default)}".replace('"', "")
    if column.refers_to:
        yield f"an id of `{column.refers_to}`"
    limits = {"above": column.above, "at least": column.at_least, "at most": column.at_most}
    yield from (f"{word} {limit:g}" for word, limit in limits.items() if limit is not None)
    flags = {"varies": column.varies, "sides": column.per_side, column.meaning: column.meaning}
    yield from (word for word, is_set in flags.items() if is_set)


def series_row(file: SeriesFile) -> tuple[str, ...]:
    """Return the row of one series file."""
    ids = [f"ids of `{file.columns}`"] if file.columns else []
    ids += ["`all`"] if file.allows_all else []
    columns = " or ".join(ids) or "`pipe`, `side`, `position`, `temperature`"
    unit = ", ".join(f"`{word}`" for word in file.words or ()) or file.unit
    return f"`{file.name}.csv`", unit, columns


def grid(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


PAGES = {"scenario.md": scenario_page, "tables.md": tables_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
