"""The summary on a terminal."""

from typing import Any

from warmtenet.reports.terminal import summary_text

CIRCUIT = {
    "trench_m": 8500.0,
    "loss_share": 0.123,
    "pump_mwh": 45.6,
    "peak_flow_kg_s": 30.0,
    "peak_velocity_m_s": 1.5,
    "peak_gradient_pa_m": 120.0,
    "min_pressure_bar": 1.0,
    "max_pressure_bar": 6.0,
    "min_supply_temperature_c": 60.1,
    "worst_consumer": "block_12",
}

POWER = {"peak_kw": 1234.5, "peak_time": "2029-01-31T07:00", "annual_mwh": 987.6}

ENERGY = {
    "delivered_mwh": 5000.0,
    "loss_mwh": 500.0,
    "gain_mwh": 10.0,
    "produced_mwh": 5500.0,
    "peak_kw": 2500.0,
    "unserved_mwh": 0.0,
    "by_source_mwh": {"mosa": 4000.0},
    "out_of_mode_mwh": 0.0,
}


def summary(**changes: Any) -> dict[str, Any]:
    """Return the figures of a run that the text shows."""
    figures = {
        "scenario": "town",
        "weather": "Maastricht design year",
        "hours": 8760,
        "dwellings": 1300,
        "electricity": POWER,
        "reference": {**POWER, "peak_kw": 2345.6},
        "comparison": {
            "peak_ratio": 0.526,
            "freed_dwellings": 616.2,
            "definition": "heat_pumps_base",
            "by_definition": {"heat_pumps_base": 616.2, "dwelling_base": 480.0},
        },
        "heat": ENERGY,
        "cold": {**ENERGY, "delivered_mwh": -700.0},
        "circuits": {"space": CIRCUIT},
        "cases": {"backup": {"electricity": {**POWER, "peak_kw": 1300.0}}},
    }
    return {**figures, **changes}


def test_the_headline_shows_both_variants_and_every_case() -> None:
    lines = summary_text(summary()).splitlines()

    assert lines[0] == "town · Maastricht design year · 8,760 hours · 1,300 dwellings"
    assert lines[2].split() == ["Electricity", "network", "backup", "individual", "heat", "pumps"]
    assert lines[3].split() == ["peak", "1,234", "kW", "1,300", "kW", "2,346", "kW"]
    assert "peak ratio 0.526: room for 616 dwellings more (heat_pumps_base)" in lines[6]
    assert any(line.startswith("space") and "8,500 m" in line for line in lines)


def test_a_run_without_plant_or_dwellings_shows_what_there_is() -> None:
    nothing = dict.fromkeys(("peak_kw", "peak_time", "annual_mwh"))
    comparison = {"peak_ratio": None, "freed_dwellings": None, "definition": None}
    text = summary_text(
        summary(
            weather=None,
            dwellings=None,
            reference=nothing,
            comparison={**comparison, "by_definition": {}},
            heat={**ENERGY, "by_source_mwh": None},
            cold={**ENERGY, "delivered_mwh": 0.0},
            cases={},
        )
    )

    assert text.startswith("town · 8,760 hours\n")
    assert "individual" not in text
    assert "Cold" not in text


def test_warnings_come_last() -> None:
    text = summary_text(summary(), ["3 consumers are short of heat in 12 hours"])

    assert text.endswith("\n\n! 3 consumers are short of heat in 12 hours")


def test_it_fits_a_terminal() -> None:
    assert max(map(len, summary_text(summary()).splitlines())) <= 120


def test_what_is_asked_for_outside_its_mode_is_told():
    text = summary_text(summary(cold={**ENERGY, "out_of_mode_mwh": -12.34}))

    assert "asked for outside its mode, not served: 12.3 MWh of cold" in text
    assert "outside its mode" not in summary_text(summary())
