import json
from dataclasses import replace

import numpy as np
import pytest
from factories import LOSS, small_simulation, without_plant

from warmtenet.results.circuit_summary import summarise_circuit
from warmtenet.results.figures import consumer_figures
from warmtenet.results.summary import summarise
from warmtenet.studies.comparison import compare

ELECTRICITY = {
    "peak_kw", "peak_hour", "peak_time", "annual_mwh", "heat_pumps_mwh", "pumps_mwh",
    "auxiliary_mwh",
}  # fmt: skip
REFERENCE = {
    "peak_kw", "peak_hour", "peak_time", "annual_mwh", "peak_kw_per_dwelling",
    "annual_kwh_per_dwelling",
}  # fmt: skip
COMPARISON = {"peak_ratio", "freed_dwellings", "definition", "by_definition"}
DEFINITIONS = {"heat_pumps_base", "heat_pumps_backup", "dwelling_base", "dwelling_backup"}
HEAT = {
    "delivered_mwh", "loss_mwh", "exchange_mwh", "carried_mwh", "produced_mwh", "peak_kw",
    "peak_before_buffers_kw", "by_source_mwh", "unserved_mwh", "unserved_hours", "out_of_mode_mwh",
}  # fmt: skip
COLD = {
    "delivered_mwh", "gain_mwh", "exchange_mwh", "carried_mwh", "produced_mwh", "peak_kw",
    "free_share", "unserved_mwh", "out_of_mode_mwh",
}  # fmt: skip
CIRCUIT = {
    "pipes", "trench_m", "volume_m3", "heat_delivered_mwh", "cold_delivered_mwh", "heat_loss_mwh",
    "cold_gain_mwh", "loss_share", "exchange_mwh", "carried_mwh", "pump_mwh", "peak_flow_kg_s",
    "peak_velocity_m_s", "peak_gradient_pa_m", "worst_consumer", "min_supply_temperature_c",
    "max_pressure_bar", "min_pressure_bar",
}  # fmt: skip
BALANCE = {"heat_relative", "mass_kg_s", "plant_relative", "exchangers_relative"}
TOP = [
    "scenario", "version", "weather", "hours", "dwellings", "electricity", "reference",
    "comparison", "heat", "cold", "circuits", "exchangers", "balance", "cases", "seconds",
]  # fmt: skip


@pytest.fixture(scope="module")
def summary():
    simulation = small_simulation()
    return summarise(simulation, compare(simulation), {"solve": 1.5})


@pytest.fixture(scope="module")
def bare():
    simulation = without_plant(small_simulation())
    return summarise(simulation, compare(simulation))


@pytest.mark.parametrize("which", ["summary", "bare"])
def test_every_key_of_the_contract_is_present(which, request):
    found = request.getfixturevalue(which)

    assert list(found) == TOP
    assert set(found["electricity"]) == ELECTRICITY
    assert set(found["reference"]) == REFERENCE
    assert set(found["comparison"]) == COMPARISON
    assert set(found["comparison"]["by_definition"]) == DEFINITIONS
    assert set(found["heat"]) == HEAT
    assert set(found["cold"]) == COLD
    assert found["exchangers"] == {}
    assert found["balance"]["exchangers_relative"] is None
    assert set(found["balance"]) == BALANCE
    assert set(found["seconds"]) == {"load", "solve", "studies", "report", "total", "compile"}
    for circuit in found["circuits"].values():
        assert set(circuit) == CIRCUIT | {"design"}
        assert set(circuit["design"]) == CIRCUIT


def test_cases_beside_base_repeat_electricity_heat_and_cold(summary):
    assert list(summary["cases"]) == ["backup"]
    assert set(summary["cases"]["backup"]) == {"electricity", "heat", "cold"}
    assert summary["cases"]["backup"]["electricity"]["peak_kw"] > summary["electricity"]["peak_kw"]


def test_what_does_not_apply_is_none(bare):
    assert bare["weather"] is None
    assert bare["dwellings"] is None
    assert set(bare["reference"].values()) == {None}
    assert set(bare["comparison"]["by_definition"].values()) == {None}
    assert bare["comparison"]["definition"] is None
    assert bare["electricity"]["heat_pumps_mwh"] is None
    assert bare["electricity"]["pumps_mwh"] == pytest.approx(3 * 100.0 * 48 / 1e6)
    assert bare["heat"]["by_source_mwh"] is None
    assert bare["cold"]["free_share"] is None
    assert bare["balance"]["plant_relative"] is None
    assert bare["cases"] == {}


def test_summary_is_json_without_nan(summary, bare):
    for found in (summary, bare):
        assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_heat_produced_is_delivered_and_lost(summary):
    heat = summary["heat"]

    assert heat["produced_mwh"] == pytest.approx(heat["delivered_mwh"] + heat["loss_mwh"])
    assert heat["loss_mwh"] == pytest.approx(LOSS * (48 + 40) / 1e6)
    assert heat["unserved_hours"] == 0


def test_cold_is_negative_and_gain_is_what_the_ground_gives(summary):
    cold = summary["cold"]

    assert cold["delivered_mwh"] == pytest.approx(-4e3 * 8 / 1e6)
    assert cold["gain_mwh"] == pytest.approx(-LOSS * 8 / 1e6)
    assert cold["produced_mwh"] == pytest.approx(cold["delivered_mwh"] - cold["gain_mwh"])
    assert cold["peak_kw"] == pytest.approx(-2.0)
    assert cold["free_share"] == pytest.approx(0.5)
    assert cold["out_of_mode_mwh"] == -1.0


def test_loss_and_gain_of_a_circuit_are_what_its_pipes_lose(summary):
    space, tap_water = (summary["circuits"][name] for name in ("space", "tap_water"))

    assert space["heat_loss_mwh"] == pytest.approx(LOSS * 40 / 1e6)
    assert space["cold_gain_mwh"] == pytest.approx(-LOSS * 8 / 1e6)
    assert tap_water["cold_gain_mwh"] is None


def test_buffers_stand_between_need_and_peak_before(summary):
    assert summary["heat"]["peak_before_buffers_kw"] == pytest.approx(
        summary["heat"]["peak_kw"] + 0.5
    )


def test_single_pipes_are_counted_and_routes_measured(summary):
    tap_water = summary["circuits"]["tap_water"]

    assert tap_water["pipes"] == 4
    assert tap_water["trench_m"] == pytest.approx(200.0)
    assert tap_water["volume_m3"] == pytest.approx(400.0 * 3.14159265 / 4 * 0.01)
    assert tap_water["worst_consumer"] == "tap-b"
    assert tap_water["max_pressure_bar"] == pytest.approx(6.0)


def test_peak_hour_has_its_time(summary):
    hour = summary["electricity"]["peak_hour"]

    day, clock = divmod(hour, 24)
    assert summary["electricity"]["peak_time"] == f"2029-01-{day + 1:02d}T{clock:02d}:00"


def test_lowest_supply_counts_hours_in_which_heat_is_asked_for_served_or_not():
    simulation = small_simulation()
    year = simulation.cases["base"].circuits["space"]  # heat until hour 40, then cold
    supply = year.consumer_supply_temperature.copy()
    supply[45], supply[7, 1], supply[5, 0] = 18.0, 30.0, 25.0
    heat, missing = year.consumer_heat.copy(), 0.0 * year.consumer_heat
    heat[5, 0], missing[5, 0] = 0.0, 3e3
    year = replace(
        year,
        consumer_supply_temperature=supply,
        consumer_heat=heat,
        consumer_unserved_heat=missing,
    )
    cold = replace(year, consumer_heat=-np.abs(heat), consumer_unserved_heat=0.0 * missing)

    assert lowest_supply(simulation, year) == 25.0
    assert lowest_supply(simulation, cold) is None


def lowest_supply(simulation, year):
    circuits = {**simulation.cases["base"].circuits, "space": year}
    base = replace(simulation.cases["base"], circuits=circuits)
    changed = replace(simulation, cases={"base": base})
    lowest = summarise_circuit(changed, "space")["min_supply_temperature_c"]
    of_consumers = consumer_figures(changed)["min_supply_temperature_c"][-2:]
    assert np.isnan(of_consumers).all() if lowest is None else min(of_consumers) == lowest
    return lowest
