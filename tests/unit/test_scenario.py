"""Scenario files: defaults, overrides, and the lines that faults give."""

import ast
import json
from pathlib import Path

import pytest
from pydantic import BaseModel
from village import write_village

import warmtenet
from warmtenet.model.errors import Faults, InvalidInputError
from warmtenet.model.scenario import Scenario
from warmtenet.networks.load import load
from warmtenet.networks.scenario_file import parse_override, read_scenario, toml_text


def read(folder: Path, text: str, *overrides: str) -> tuple[Scenario, list[str]]:
    """Return the scenario of a text, and its fault lines."""
    path = folder / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    faults = Faults()
    scenario, _, _ = read_scenario(path, overrides, faults)
    return scenario, [str(fault) for fault in faults.found]


def test_a_name_is_enough(tmp_path: Path) -> None:
    scenario, lines = read(tmp_path, 'name = "street"')

    assert lines == []
    assert scenario == Scenario(name="street")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[weather]\ncold_spel = true", "[weather]: cold_spel = true, expected 'cold_spell'"),
        ("[wether]\nfile = 'x'", ": wether = {file = 'x'}, expected 'weather'"),
        (
            "[demand]\nriser_loss = '20 kg'",
            "[demand]: riser_loss = '20 kg', expected a value in W, kW or MW",
        ),
        ("[time]\nstep = -1", "[time]: step = -1, expected a number above 0"),
        ("[time]\nstep = nan", "[time]: step = nan, expected a finite number in s"),
        (
            "[friction]\nlaw = 'moody'",
            "[friction]: law = 'moody', expected 'colebrook', 'haaland', 'rough' or 'pandapipes'",
        ),
        (
            "[friction]\nlaminar_until = 5000\nturbulent_from = 100",
            "[friction]: turbulent_from = 100, expected a number of at least laminar_until = 5000",
        ),
        (
            "[friction]\nlaminar_until = 5000",
            "[friction]: turbulent_from = 4000.0, "
            "expected a number of at least laminar_until = 5000",
        ),
        (
            "[friction]\nlaminar_until = -1\nturbulent_from = 100",
            "[friction]: laminar_until = -1, expected a number above 0",
        ),
        (
            "[friction]\nturbulent_from = inf",
            "[friction]: turbulent_from = inf, expected a finite number",
        ),
        ("[friction]\nheating = 'maybe'", "[friction]: heating = 'maybe', expected true or false"),
        ("[solver]\nthreads = 1.5", "[solver]: threads = 1.5, expected a whole number"),
        ("ground = 3", ": ground = 3, expected a section [ground]"),
        ("circuits = 3", ": circuits = 3, expected a section such as [circuits.ID]"),
        (
            "[sources.mosa]\ncapacity = '1 MW'",
            "[sources.mosa]: kind = (missing), expected 'waste_heat' or 'effluent'",
        ),
        (
            "[plant]\nproducers = 'a'",
            "[plant]: producers = 'a', expected a list such as ['a', 'b']",
        ),
        (
            "[circuits.space]\nservise = 'space'",
            "[circuits.space]: servise = 'space', expected 'service'",
        ),
        (
            "[economy]\ninterest = 0.03",
            ": economy = {interest = 0.03}, expected no such section "
            "(not yet: prices come with the business case)",
        ),
    ],
)
def test_a_fault_of_a_key_is_one_line(text: str, line: str, tmp_path: Path) -> None:
    top = "" if text.startswith("[") else f"{text}\n"
    sections = text if text.startswith("[") else ""
    _, lines = read(tmp_path, f'{top}name = "street"\n{sections}\n')

    assert lines == [f"scenario.toml{line if line.startswith(':') else f' {line}'}"]


def test_faults_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = '[solver]\nthread = 1\n[ground]\ngap = "x"\n[demand]\nsed = 1\n'
    _, lines = read(tmp_path, text)

    assert [line.split(" = ")[0] for line in lines] == [
        "scenario.toml: name",
        "scenario.toml [solver]: thread",
        "scenario.toml [ground]: gap",
        "scenario.toml [demand]: sed",
    ]


def test_what_is_sound_survives_the_rest(tmp_path: Path) -> None:
    text = 'name = "a"\n[ground]\ngap = "x"\ncover = "90 cm"\n'
    scenario, _ = read(tmp_path, text)

    assert scenario.ground.cover == 0.9


@pytest.mark.parametrize(
    ("override", "line"),
    [
        ("weather.cold_spel=false", "--set [weather]: cold_spel = false, expected 'cold_spell'"),
        ("weather", "--set: override = 'weather', expected section.key=value"),
        ("=1", "--set: override = '=1', expected section.key=value"),
        ("name.x=1", "--set: override = 'name.x=1', expected a section: 'name' is a value"),
    ],
)
def test_faults_of_overrides_say_so(override: str, line: str, tmp_path: Path) -> None:
    _, lines = read(tmp_path, 'name = "a"', override)

    assert lines == [line]


@pytest.mark.parametrize(
    ("override", "where", "value"),
    [
        ("weather.cold_spell=false", ("weather", "cold_spell"), False),
        ("weather.file=knmi_2020.txt", ("weather", "file"), "knmi_2020.txt"),
        ("ground.cover=90 cm", ("ground", "cover"), "90 cm"),
        ("cases.backup.out=['mosa']", ("cases", "backup", "out"), ["mosa"]),
        ("dwellings=900", ("dwellings",), 900),
    ],
)
def test_overrides_are_toml_or_plain_text(
    override: str, where: tuple[str, ...], value: object
) -> None:
    assert parse_override(override) == (where, value)


def test_overrides_apply(tmp_path: Path) -> None:
    scenario, lines = read(tmp_path, 'name = "a"', "ground.cover=90 cm", "cases.b.out=[]")

    assert lines == []
    assert scenario.ground.cover == 0.9
    assert scenario.cases["b"].out == ()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"name = ", "scenario.toml: syntax = "),
        (
            b'name = "a"\ntitle = "\xfc"',
            "scenario.toml: line 2 = b'\\xfc', expected text in UTF-8",
        ),
    ],
)
def test_a_file_that_is_no_toml_is_one_line(content: bytes, line: str, tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    (folder / "scenario.toml").write_bytes(content)

    with pytest.raises(InvalidInputError) as caught:
        load(folder)

    assert str(caught.value).startswith(line)


def test_toml_text_writes_values_as_toml_does() -> None:
    assert toml_text([True, 1, "a"]) == "[true, 1, 'a']"


def test_schema_is_json_and_allows_units() -> None:
    schema = json.loads(json.dumps(Scenario.model_json_schema()))
    gap = schema["$defs"]["GroundSection"]["properties"]["gap"]
    shift = schema["$defs"]["WeatherSection"]["properties"]["cold_spell_shift"]

    assert gap["default"] == 0.15
    assert {"type": "string"} in shift["anyOf"]


def sections(model: type[BaseModel] = Scenario) -> dict[str, type[BaseModel]]:
    """Return every model of the scenario by name."""
    found = {model.__name__: model}
    for field in model.model_fields.values():
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                found |= sections(part)
    return found


def test_every_key_is_read_somewhere() -> None:
    read_names = set()
    for path in Path(warmtenet.__file__).parent.rglob("*.py"):
        relative = path.relative_to(Path(warmtenet.__file__).parent)
        if relative.parts[0] in {
            "tests",
            "benchmarks",
            "build",
            ".types",
            "networks.tregazinkwit",
        }:
            continue
        if path.name == "scenario.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        read_names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    keys = {
        f"{model.__name__}.{key}" for model in sections().values() for key in model.model_fields
    }

    assert sorted(key for key in keys if key.partition(".")[2] not in read_names) == []
