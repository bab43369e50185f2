"""Zones and source circuits in the same trenches: heat passes by ground, plant and exchanger."""

from pathlib import Path

import numpy as np
import pytest
from source_trench_factory import (
    FULL,
    SCENARIO,
    TWIN,
    assert_each_has_what_the_others_give,
    trench_rows,
    write_sources,
)

from warmtenet.networks.load import load
from warmtenet.networks.system import System
from warmtenet.results.balance import balance, heat_residual
from warmtenet.results.energy import heat_energy
from warmtenet.solvers.exchanger_year import UNSOLVED
from warmtenet.solvers.plant_year import Case
from warmtenet.solvers.simulate import simulate
from warmtenet.solvers.simulation import Simulation

HOURS = (0, 24)
SECTION = '[exchangers.station]\nconsumer = "mill"\nproducer = "relay"\n'
SHARES = [1.0] * 10 + [0.5] * 6 + [0.03] * 7 + [0.0]

SHARED = trench_rows(("heat-1", "river-2", "kiln-1", "zone-1"))
BRIDGED = trench_rows(("heat-1", "river-2")) + "".join(
    line.replace("T1", "T2") + "\n" for line in trench_rows(("zone-1", "river-1")).splitlines()[1:]
)
"""The river lies beside the first circuit, then beside its zone: these two nowhere meet."""

LAYOUTS = {"shared": (SHARED, "400"), "bridged": (BRIDGED, "300")}


def by_hour(names: str, day: list[tuple[float, ...]]) -> str:
    rows = [",".join(repr(float(value)) for value in row) for row in day]
    return names + "\n" + "\n".join(rows * 365) + "\n"


def district(
    folder: Path,
    layout: str,
    *,
    limit: str = "",
    alone: tuple[list[float], list[float], list[float]] | None = None,
) -> System:
    """Load the district with a zone behind its mill.

    With ``alone`` nothing joins the two: series give what the mill takes, its return and the
    zone's supply.
    """
    rows, length = LAYOUTS[layout]
    soils = "T1,1.6\n" if layout == "shared" else "T1,1.6\nT2,1.6\n"
    write_sources(
        folder,
        scenario=SCENARIO + ("" if alone else SECTION),
        trenches="id,soil_conductivity\n" + soils,
        trench_pipes=rows,
    )
    for name, row in {
        "pipes": f"zone-1,zone,mill,works,{length},{TWIN}\n",
        "producers": f"relay,zone,mill,pressure,{'series:sent' if alone else '66'}\n",
    }.items():
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(row)
    (folder / "consumers.csv").write_text(
        "id,circuit,junction,return_temperature,temperature_difference,max_flow\n"
        f"mill,heat,mill,{'series:back' if alone else ''},,{limit}\n"
        "farm,heat,farm,40,,\nplant_kiln,kiln,plant,60,,\n"
        "plant_river,river,plant,,5,\ninn,zone,works,35,,\n",
        encoding="utf-8",
    )
    mill, farm = FULL
    day: list[tuple[float, ...]] = [(0.8 * mill * part, farm * part) for part in SHARES]
    names = "inn,farm"
    if alone:
        taken, back, supply = alone
        day = [(*row, more) for row, more in zip(day, taken, strict=True)]
        names += ",mill"
        for file, name, series in (("back", "mill", back), ("sent", "relay", supply)):
            text = by_hour(name, [(value,) for value in series])
            (folder / f"{file}.csv").write_text(text, encoding="utf-8")
    (folder / "heat.csv").write_text(by_hour(names, day), encoding="utf-8")
    return load(folder)


def assert_closes(simulation: Simulation) -> None:
    duration = simulation.profiles.duration
    for case in simulation.cases.values():
        assert_each_has_what_the_others_give(case)
        for year in case.circuits.values():
            assert heat_residual(year, duration).max() < 1e-9
            assert year.heat_error.max() < 1e-5
        assert not case.exchangers["station"].is_restless.any()
        assert case.plant is not None
        taken = case.circuits["heat"].producer_heat[:, 0]
        np.testing.assert_array_equal(case.plant.load["heat"], taken)
    found = balance(simulation)
    assert found.exchangers_relative is not None
    assert found.exchangers_relative < UNSOLVED
    assert found.plant_relative < 1e-9


def exchanged(case: Case) -> np.ndarray:
    """Return what all pipes give to others by hour, as the fields have it. [W]"""
    fields = (year.fields.get("pipe_exchange") for year in case.circuits.values())
    hours = HOURS[1]
    return np.asarray(sum(f[-hours:].sum(axis=(1, 2)) for f in fields if f is not None))


def assert_counts_once(simulation: Simulation, case: Case) -> None:
    """What the plant makes is delivered, lost, or in the ground of source circuits."""
    energy = heat_energy(simulation.system, case)
    rubbed = sum(case.circuits[name].hydraulic_power for name in ("heat", "zone"))
    spent = energy.delivered + energy.lost + energy.exchanged
    assert energy.produced + rubbed == pytest.approx(spent, rel=1e-5, abs=0.5)


@pytest.mark.parametrize("limit", ["", "0.2"], ids=["whole", "short"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_heat_passes_by_ground_exchanger_and_plant(
    layout: str, limit: str, tmp_path: Path
) -> None:
    system = district(tmp_path, layout, limit=limit)
    simulation = simulate(system, hours=HOURS, fields=["pipe_exchange"])

    assert_closes(simulation)
    for case in simulation.cases.values():
        station, river = case.exchangers["station"], case.circuits["river"].exchange_from
        assert (station.drive.share < 1.0).any() == bool(limit)
        assert station.heat[0] > 10e3
        assert (river["heat"][:23] > 50.0).all()
        assert (river["zone"][:23] > 50.0).all()
        assert ("zone" in case.circuits["heat"].exchange_from) == (layout == "shared")
        assert_counts_once(simulation, case)
        assert exchanged(case) == pytest.approx(np.zeros(24), abs=1e-6)
    base, backup = (case.circuits["zone"].exchange for case in simulation.cases.values())
    assert (base != backup).any()  # each case has its own ground


@pytest.mark.parametrize("layout", LAYOUTS)
def test_given_what_passes_ground_and_plant_alone_find_the_same(
    layout: str, tmp_path: Path
) -> None:
    joined = simulate(district(tmp_path / "joined", layout), hours=HOURS)
    each = joined.cases["base"].exchangers["station"]
    given = tuple(list(v) for v in (each.heat, each.drive.back, each.drive.supply))

    alone = simulate(district(tmp_path / "alone", layout, alone=given), hours=HOURS)

    for name, year in joined.cases["base"].circuits.items():
        other = alone.cases["base"].circuits[name]
        assert year.producer_heat == pytest.approx(other.producer_heat, rel=1e-4, abs=0.5)
        assert year.exchange == pytest.approx(other.exchange, rel=2e-3, abs=0.5)
        supply = other.consumer_supply_temperature
        assert year.consumer_supply_temperature == pytest.approx(supply, abs=5e-3)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_dynamic_run_passes_heat_by_all_three(layout: str, tmp_path: Path) -> None:
    system = district(tmp_path, layout)
    steady = simulate(system, hours=HOURS)
    simulation = simulate(system, hours=HOURS, dynamic=True, fields=True)

    assert_closes(simulation)
    for name, case in simulation.cases.items():
        assert case.circuits["zone"].exchange_from["river"][:23].max() < -50.0
        assert exchanged(case) == pytest.approx(np.zeros(24), abs=1e-6)
        before = steady.cases[name]
        assert case.exchangers["station"].heat[9] == pytest.approx(
            before.exchangers["station"].heat[9], rel=1e-2
        )
        for circuit, year in case.circuits.items():
            given = before.circuits[circuit].exchange[9]
            assert year.exchange[9] == pytest.approx(given, rel=0.05)
