"""What the plant would leave out in silence is refused: one line for each fault."""

from pathlib import Path

import pytest
from village import edit, fault_lines, write_village

from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.load import load
from warmtenet.solvers.simulate import simulate

SCENARIO = """name = "plant"
[sources.rwzi]
kind = "effluent"
circuit = "eff"
consumer = "plant_rwzi"
flow = "40 l/s"
temperature = 14
[sources.mosa]
kind = "waste_heat"
circuit = "waste"
consumer = "plant_mosa"
capacity = "40 kW"
temperature = 80
[heat_pumps.pool]
source = "rwzi"
capacity = "60 kW"
circuits = ["heat"]
[buffers.tank]
circuit = "heat"
volume = 5
[plant]
producers = ["boiler"]
consumers = ["plant_rwzi", "plant_mosa"]
priorities = ["mosa", "rwzi"]
"""

ROWS = {
    "junctions.csv": "river,-100,0,40\nfactory,0,-100,40\n",
    "pipes.csv": "E-1,eff,river,plant,100,steel-twin-S2-DN50\n"
    "M-1,waste,factory,plant,100,steel-twin-S2-DN50\n",
    "consumers.csv": "plant_rwzi,eff,plant,,8\nplant_mosa,waste,plant,,50\n",
    "producers.csv": "outlet,eff,river,pressure,source:rwzi\n"
    "cooler,waste,factory,pressure,source:mosa\n",
}
"""What the village gains: two circuits that bring sources to its plant."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_village(tmp_path)
    (tmp_path / "scenario.toml").write_text(SCENARIO)
    for name, rows in ROWS.items():
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write(rows)
    return tmp_path


def test_the_plant_as_it_is_runs(folder: Path) -> None:
    assert simulate(load(folder), hours=(0, 2)).cases["base"].plant is not None


FED = "expected a circuit that [plant] producers feed: heat"
FAULTS = [
    (
        'circuit = "waste"',
        'circuit = "heat"',
        "[sources.mosa]: circuit = 'heat', expected 'waste', the circuit of consumer 'plant_mosa'",
    ),
    (
        'circuit = "waste"\nconsumer = "plant_mosa"\n',
        "",
        "[plant]: consumers = 'plant_mosa', expected consumers that a source names: [sources.ID] "
        "consumer = 'plant_mosa'",
    ),
    (
        'producers = ["boiler"]',
        'producers = ["boiler", "boiler"]',
        "[plant]: producers = 'boiler', expected each of them once",
    ),
    (
        'producers = ["boiler"]',
        'producers = ["boiler", "outlet"]',
        "[plant]: producers = 'outlet', expected no producer of circuit 'eff', from which the "
        "plant draws",
    ),
    (
        '"mosa", "rwzi"',
        '"mosa", "mosa"',
        "[plant]: priorities = 'mosa', expected each of them once",
    ),
    ('circuits = ["heat"]', "circuits = []", f"[heat_pumps.pool]: circuits = [], {FED}"),
    ('circuits = ["heat"]', 'circuits = ["eff"]', f"[heat_pumps.pool]: circuits = 'eff', {FED}"),
    (
        'circuit = "heat"\nvolume',
        'circuit = "waste"\nvolume',
        f"[buffers.tank]: circuit = 'waste', {FED}",
    ),
    (
        'capacity = "60 kW"',
        'capacity = "60 kW"\nunits = 100000000',
        "[heat_pumps.pool]: units = 100000000, expected a number of at most 1000",
    ),
]


@pytest.mark.parametrize(("old", "new", "line"), FAULTS)
def test_a_plant_that_does_not_fit_its_circuits_is_refused(
    folder: Path, old: str, new: str, line: str
) -> None:
    edit(folder, "scenario.toml", old, new)

    assert fault_lines(folder) == [f"scenario.toml {line}"]


def test_a_consumer_that_brings_one_source_brings_no_other(folder: Path) -> None:
    edit(folder, "scenario.toml", 'circuit = "waste"', 'circuit = "eff"')
    edit(folder, "scenario.toml", '"plant_mosa"\ncap', '"plant_rwzi"\ncap')

    assert fault_lines(folder)[0] == (
        "scenario.toml [sources.mosa]: consumer = 'plant_rwzi', expected a consumer of its own: "
        "'plant_rwzi' brings source 'rwzi'"
    )


def test_a_consumer_beside_the_plants_on_a_source_circuit_is_refused(folder: Path) -> None:
    edit(folder, "consumers.csv", "plant_rwzi,", "bath,eff,plant,5 kW,8\nplant_rwzi,")

    assert fault_lines(folder) == [
        "consumer 'bath': circuit = 'eff', expected another circuit, or 'bath' in [plant] "
        "consumers: from 'eff' the plant alone draws, by 'plant_rwzi'"
    ]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x81", b'a,"b\n'])
def test_a_calendar_that_is_no_table_is_one_line(folder: Path, content: bytes) -> None:
    edit(folder, "scenario.toml", "temperature = 80", 'calendar = "weeks.csv"')
    (folder / "weeks.csv").write_bytes(content)
    with pytest.raises(InvalidInputError) as caught:
        simulate(load(folder), hours=(0, 1))

    (line,) = str(caught.value).splitlines()
    assert "weeks.csv" in line
    assert "columns iso_week, availability, heat_mw, supply_c" in line
