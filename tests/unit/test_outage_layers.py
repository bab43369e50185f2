"""A source trips beside a tank of layers: it gives what is warm enough, and takes nothing."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tripping_village import AT, PLANT, TANK, day_and_night, village

from warmtenet.model.scenario import BufferSection, Scenario
from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.circuit_year import CircuitYear
from warmtenet.solvers.plant_columns import PlantLoad
from warmtenet.solvers.tanks import deliverable_heat, make_tanks
from warmtenet.studies.outage import OutageStudy, find_outage
from warmtenet.studies.outage_figures import after_trip, outage_figures

SMALL = TANK.replace("6 m3", "2 m3")


def outage(folder: Path, tank: str, **options: Any) -> OutageStudy:
    """Return the village's kiln tripping for two hours of a day of 122 kW at most."""
    system = village(folder, PLANT + tank, heat=day_and_night())
    return find_outage(system, at=AT, **{"hours": 2.0, **options})


def minutes_held(study: OutageStudy) -> float:
    """Return for how long after the trip the plant gives all that is wanted."""
    rows = after_trip(study)
    is_short = (study.plant.wanted - study.plant.given)[rows, 0] > 1.0
    return float(study.steps.ends[rows][~np.logical_or.accumulate(is_short)].max()) / 60.0


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> OutageStudy:
    return outage(tmp_path_factory.mktemp("layers"), TANK + "layers = 20\n")


def test_layers_give_what_is_short_and_take_nothing(study: OutageStudy) -> None:
    rows, plant = after_trip(study), study.plant
    given, made = plant.given[rows, 0], plant.heat_pumps[rows]

    assert (np.diff(plant.content[1:][rows, 0]) <= 0.0).all()
    assert plant.from_tanks[rows] == pytest.approx(given - made, abs=1e-6)
    assert plant.from_tanks[rows].min() > -1e-6
    assert given[:5] == pytest.approx(plant.wanted[rows, 0][:5])
    figures = outage_figures(study)["plant"]
    assert 0.0 < figures["from_tanks_kwh"] <= figures["tanks_usable_at_trip_kwh"] + 1e-9


def test_its_balance_closes(study: OutageStudy) -> None:
    plant, duration = study.plant, study.steps.duration

    lost = (plant.from_tanks + plant.tank_loss) * duration
    assert -np.diff(plant.content[:, 0]) == pytest.approx(lost, abs=1.0)  # of some 1e6 J
    assert plant.residual.max() < 1e-12
    balance = outage_figures(study)["balance"]
    assert balance["heat_relative"] < 1e-9
    assert balance["handover_kw"] < 0.1
    assert study.rest < 0.05


def test_before_the_trip_the_tank_does_what_the_run_does(study: OutageStudy) -> None:
    """Steps of minutes fill and draw evenly: no step makes up for a layer that became cold."""
    fine = slice(study.steps.fine, int(np.argmax(after_trip(study))))
    steady = study.plant.from_tanks[fine]

    assert steady == pytest.approx(np.full(len(steady), steady[0]), rel=1e-6)
    assert steady[0] > 10e3  # the morning's peak has begun


def test_served_and_unserved_are_what_is_asked(tmp_path: Path) -> None:
    """A tank of 2 m3 ends within the outage; pipes of limited flow then miss heat."""
    consumers = "id,circuit,junction,return_temperature,max_flow\n"
    consumers += "mill,heat,mill,40,0.53\nfarm,heat,farm,40,0.4\ninn,heat,inn,35,0.12\n"
    text = {"heat": day_and_night(), "consumers": consumers}
    system = village(tmp_path, PLANT + SMALL + "layers = 20\n", **text)

    study = find_outage(system, at=AT, hours=2.0)
    rows, plant = after_trip(study), study.plant
    year, calm = study.circuits["heat"].year, study.circuits["heat"].calm

    def asked(year: CircuitYear) -> FloatArray:
        return year.consumer_heat + year.consumer_unserved_heat

    assert asked(year) == pytest.approx(asked(calm), abs=1e-6)
    more = (year.consumer_unserved_heat - calm.consumer_unserved_heat)[rows].sum(axis=1)
    told = outage_figures(study)["unserved_kwh"]
    assert told == pytest.approx(more @ study.steps.duration[rows] / 3.6e6)
    assert told > 0.1
    short = (plant.wanted - plant.given)[rows, 0]
    assert short.max() > 10e3
    assert (plant.from_tanks[rows][short > 1.0] < plant.wanted[rows, 0][short > 1.0]).all()


def test_more_layers_give_more_and_come_to_the_mixed_tank(tmp_path: Path) -> None:
    """The mixed tank delivers all its content; layers lose the boundary, the thinner the less."""
    numbers = (4, 8, 16, 64)
    found = [outage(tmp_path / str(n), SMALL + f"layers = {n}\n") for n in numbers]
    mixed = outage(tmp_path / "mixed", SMALL)

    gave = [outage_figures(each)["plant"]["from_tanks_kwh"] for each in (*found, mixed)]
    assert gave == sorted(gave)
    assert gave[-2] > 0.9 * gave[-1]
    held = [minutes_held(each) for each in (*found, mixed)]
    assert held == sorted(held)
    assert held[-1] - held[-2] <= 6.0


def test_one_layer_is_the_mixed_tank(tmp_path: Path) -> None:
    mixed, one = outage(tmp_path / "a", TANK), outage(tmp_path / "b", TANK + "layers = 1\n")

    assert outage_figures(one)["plant"] == outage_figures(mixed)["plant"]
    assert np.array_equal(one.plant.content, mixed.plant.content)


def test_water_below_what_is_set_stays(study: OutageStudy, tmp_path: Path) -> None:
    """Charged 0.1 K above supply and cooled beyond it, all 200 kWh are of no use."""
    cold = "layers = 20\ncharge_excess = 0.1\nheat_loss_coefficient = 2000\n"
    spoilt = outage(tmp_path, TANK + cold)
    rows = after_trip(spoilt)

    assert spoilt.plant.content[:-1][rows][0, 0] > 10.0 * 3.6e6
    assert outage_figures(spoilt)["plant"]["tanks_usable_at_trip_kwh"] == 0.0
    assert spoilt.plant.from_tanks[rows].max() == pytest.approx(0.0, abs=1e-6)
    missing = [outage_figures(each)["plant"]["missing_kwh"] for each in (study, spoilt)]
    assert missing[1] > missing[0] + 1.0


def test_a_clock_of_seconds_whose_first_row_has_no_length(tmp_path: Path) -> None:
    heat = "time_s,mill,farm,inn\n" + "".join(f"{3600 * k},40000,30000,10000\n" for k in range(30))
    files = {"heat": heat, "ground_temperature": "time_s,all\n0,9\n"}
    system = village(tmp_path, PLANT + SMALL + "layers = 20\n", **files)

    study = find_outage(system, at="5400", hours=0.5)

    json.dumps(outage_figures(study), allow_nan=False)
    assert study.plant.residual[0] < 1e-8  # over a millisecond, in which 1e8 J round by 3e-10
    assert study.plant.residual[1:].max() < 1e-12


def test_stirred_water_is_of_no_use() -> None:
    """The same heat: half the layers at 72 °C, or all at 56 °C where 70 is needed."""
    scenario = Scenario(name="a", buffers={"b": BufferSection(circuit="a", volume=2.0, layers=10)})
    asked = PlantLoad(
        circuits=("a",),
        load=np.full((1, 1), 1e5),
        supply_temperature=np.full((1, 1), 70.0),
        return_temperature=np.full((1, 1), 40.0),
        pump_electricity=np.zeros(1),
    )
    tanks = make_tanks(scenario, asked)
    layered, stirred = np.where(np.arange(10) < 5, 40.0, 72.0), np.full(10, 56.0)

    tanks.kept[0, 0] = layered
    assert deliverable_heat(tanks, 0, 0) == pytest.approx(5.0 * 32.0 * tanks.layer_heat[0])
    tanks.kept[0, 0] = stirred
    assert deliverable_heat(tanks, 0, 0) == 0.0
