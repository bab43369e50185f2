from dataclasses import replace

import numpy as np
import pytest
from factories import (
    line_circuit,
    small_plant,
    small_reference,
    small_scenario,
    small_simulation,
    solved_circuit,
)
from profile_factory import dwellings_table, make_system

from warmtenet.profiles.build import build_profiles
from warmtenet.profiles.year import SourceProfile
from warmtenet.results.electricity import compressor_electricity
from warmtenet.solvers.plant_year import Case
from warmtenet.solvers.simulation import Simulation
from warmtenet.studies import trial as trial_module
from warmtenet.studies.sensitivity import tornado
from warmtenet.studies.trial import make_trial

COP = 3.0


def individual(profiles, scenario, strategy):
    """Return one heat pump for all: heat of the dwellings over a COP."""
    heat = profiles.demand.dwelling_space_heat.sum(axis=1, dtype=np.float64) + 500.0
    return small_reference(strategy, heat / COP / scenario.reference.field_factor)


def dispatch(system, profiles, circuits, *, out, arrival_temperature):
    """Return heat pumps that give all load; warmer effluent takes less electricity."""
    load = sum(year.producer_heat.sum(axis=1) for year in circuits.values())
    factor = next(iter(system.scenario.heat_pumps.values())).cop_factor
    warmth = 1.0 + 0.02 * (arrival_temperature["rwzi"] - 11.0)
    capacity = 0.0 if out else profiles.sources["mosa"].capacity
    lifted = np.maximum(load - capacity, 0.0)
    return small_plant(load, 0.0 * load, lifted / (2.0 * COP * factor * warmth))


@pytest.fixture(scope="module")
def year():
    """Return a solved year of seven dwellings in two buildings."""
    table = dwellings_table(("a", "terraced", 3), ("b", "apartment_small", 4))
    system = make_system(dwellings=table)
    circuits = {
        "effluent": line_circuit("effluent", ("plant_rwzi",)),
        "space": replace(line_circuit("space", ("space-a", "space-b")), buildings=("a", "b")),
    }
    scenario = small_scenario(buffers={})
    system = replace(system, scenario=scenario, circuits=circuits)
    profiles = build_profiles(make_system(dwellings=table))
    constant = np.ones(8760)
    mosa = SourceProfile(temperature=75 * constant, capacity=1e3 * constant, mass_flow=constant)
    rwzi = SourceProfile(temperature=11 * constant, capacity=np.inf * constant, mass_flow=constant)
    profiles = replace(profiles, sources={"mosa": mosa, "rwzi": rwzi})
    heat = np.where((profiles.mode == 1)[:, None], profiles.demand.space_heat, 0.0)
    source = solved_circuit(circuits["effluent"], np.ones((8760, 1)))
    years = {
        "effluent": replace(source, consumer_supply_temperature=np.full((8760, 1), 11.0)),
        "space": solved_circuit(circuits["space"], heat),
    }
    cases = {}
    for name, out in (("base", ()), ("backup", ("mosa",))):
        plant = dispatch(
            system, profiles, {"space": years["space"]}, out=out,
            arrival_temperature={"rwzi": 11.0 * constant},
        )  # fmt: skip
        cases[name] = Case(name=name, plant=plant, circuits=years)
    return Simulation(
        system=system,
        profiles=profiles,
        cases=cases,
        design={},
        reference={
            name: individual(profiles, scenario, name) for name in ("on_demand", "spread", "night")
        },
        out_of_mode_heat=0.0,
        out_of_mode_cold=0.0,
        seconds={},
    )


def power_of(run):
    """Return what a trial asks of a dispatch: electricity, and what is not served. [W]"""

    def power(*arguments, **options):
        plant = run(*arguments, **options)
        missing = sum((np.abs(part) for part in plant.unserved.values()), start=np.zeros(8760))
        return compressor_electricity(plant) + plant.auxiliary_electricity, missing

    return power


@pytest.fixture
def rows(year, monkeypatch):
    monkeypatch.setattr(trial_module, "dispatch_power", power_of(dispatch))
    monkeypatch.setattr(trial_module, "solve_individual", individual)
    return {row.id: row for row in tornado(year)}


def test_two_days_have_no_tornado():
    assert make_trial(small_simulation()) is None
    assert tornado(small_simulation()) == []


def test_the_days_tried_give_the_years_own_peaks(year, monkeypatch):
    monkeypatch.setattr(trial_module, "dispatch_power", power_of(dispatch))
    monkeypatch.setattr(trial_module, "solve_individual", individual)
    trial = make_trial(year)

    assert len(trial.rows) < 8760
    assert trial.solve_reference() == pytest.approx(trial.reference_peak, rel=1e-9)
    assert trial.solve_network().electricity == pytest.approx(trial.peaks.electricity, rel=1e-9)


def test_rows_come_strongest_first(rows):
    swings = [row.swing for row in rows.values()]

    assert len(rows) >= 10
    assert swings == sorted(swings, reverse=True)
    assert {row.mark for row in rows.values()} <= {"memo", "source", "assumed"}


def test_every_row_starts_from_the_same_base(rows):
    assert len({row.base.freed_dwellings for row in rows.values()}) == 1


def test_a_better_cop_of_the_pool_frees_more(rows):
    row = rows["heat_pumps.cop_factor"]

    assert row.low.freed_dwellings < row.base.freed_dwellings < row.high.freed_dwellings
    assert row.low.reference_peak == row.base.reference_peak
    assert row.low.network_peak < row.base.network_peak / 0.9


def test_a_better_field_factor_frees_less(rows):
    row = rows["reference.field_factor"]

    assert row.low.freed_dwellings > row.high.freed_dwellings
    assert row.low.reference_peak == pytest.approx(row.base.reference_peak * 0.87 / 0.80)


def test_ten_per_cent_more_heat_moves_both_peaks(rows):
    row = rows["demand.space_heat"]
    fixed = 500.0 / COP / 0.87

    assert row.high.reference_peak - fixed == pytest.approx(
        1.1 * (row.base.reference_peak - fixed), rel=1e-5
    )
    assert row.low.network_peak < row.base.network_peak < row.high.network_peak


def test_a_deeper_cold_spell_moves_both_peaks(rows):
    row = rows["weather.cold_spell_shift"]

    assert row.low.reference_peak > row.base.reference_peak > row.high.reference_peak
    assert row.low.network_peak > row.base.network_peak > row.high.network_peak


def test_waste_heat_moves_only_the_base_case(rows):
    row = rows["sources.waste_heat_capacity"]

    assert row.low.freed_dwellings == row.base.freed_dwellings
    assert row.low.freed_base < row.base.freed_base < row.high.freed_base


def test_household_share_moves_only_its_definition(rows):
    row = rows["reference.household_peak"]

    assert row.swing == 0.0
    assert row.low.freed_dwelling > row.high.freed_dwelling


def test_warmer_effluent_frees_more(rows):
    row = rows["sources.effluent_temperature"]

    assert row.low.freed_dwellings < row.base.freed_dwellings < row.high.freed_dwellings


def short_dispatch(unit, limit=np.inf):
    """Return a dispatch whose units give ``unit`` each, together at most ``limit``. [W]"""

    def run(system, profiles, circuits, *, out, arrival_temperature):
        plant = dispatch(
            system, profiles, circuits, out=out, arrival_temperature=arrival_temperature
        )
        units = next(iter(system.scenario.heat_pumps.values())).units
        load = sum(year.producer_heat.sum(axis=1) for year in circuits.values())
        missing = np.maximum(load - min(units * unit, limit), 0.0)
        return replace(plant, unserved={"space": missing})

    return run


def test_a_pool_that_is_too_small_for_a_variant_grows_and_says_so(year, monkeypatch):
    load = year.cases["backup"].circuits["space"].producer_heat.max()
    units = next(iter(year.system.scenario.heat_pumps.values())).units
    monkeypatch.setattr(
        trial_module, "dispatch_power", power_of(short_dispatch(1.001 * load / units))
    )
    monkeypatch.setattr(trial_module, "solve_individual", individual)
    row = next(row for row in tornado(year) if row.id == "demand.space_heat")

    assert (row.low.units_added, row.base.units_added, row.high.units_added) == (0, 0, 1)
    assert row.high.unserved == 0.0
    assert (row.low.remark, row.high.remark) == ("", "+1 unit")


def test_heat_that_no_unit_can_serve_stays_visible(year, monkeypatch):
    load = float(year.cases["backup"].circuits["space"].producer_heat.max())
    monkeypatch.setattr(trial_module, "dispatch_power", power_of(short_dispatch(load, limit=load)))
    monkeypatch.setattr(trial_module, "solve_individual", individual)
    row = next(row for row in tornado(year) if row.id == "demand.space_heat")

    assert row.high.units_added == 0
    assert row.high.unserved == pytest.approx(0.1 * load, rel=0.2)
    assert row.high.remark.endswith("kW unserved")
