"""An outage in a few sentences."""

from collections.abc import Callable, Mapping
from typing import Any

from .outage import ENOUGH
from .outage_figures import MINUTE, NEAR, NOTHING
from .outage_pumps import kept_by_pumps, pump_words

WHOLE = 9.95
"""Amounts from here on are written without decimals."""


def outage_sentences(
    figures: Mapping[str, Any],
    named: tuple[Callable[[str], str], Callable[[str], str]] = (str, str),
) -> list[str]:
    """Return an outage in a few sentences.

    Parameters
    ----------
    figures : mapping
        From `outage_figures`.
    named : (callable, callable)
        How ids of sources and of circuits are written.
    """
    plant, outdoor = figures["plant"], figures["outdoor_temperature_c"]
    air = "" if outdoor is None else f", {outdoor:.1f} °C outdoors"
    running = sum(figures["heat_pumps_running"].values())
    pool = "1 heat pump runs" if running == 1 else f"{running} heat pumps run"
    pool += ", others give heat after "
    pool += f"{figures['heat_pump_start_s'] / MINUTE:.0f} min."
    if figures["heat_pumps_stop"]:
        pool = f"heat pumps behind it, {running} of them at work, stop, too."
    lost = (
        f", and {_amount(figures['lost_kw'])} kW with it" if figures["lost_kw"] > NOTHING else ""
    )
    told = [
        f"{named[0](figures['source'])} trips at {figures['time']}{air}{lost}; {pool}",
        f"{_missing(plant, figures)}; tanks give {_amount(plant['from_tanks_kwh'])} kWh.",
    ]
    for name, each in figures["circuits"].items():
        told.append(_circuit_words(named[1](name), each, figures))
        if each["leans_on_pumps"]:
            told.append(pump_words(named[1](name), each))
    if figures["stops_with_the_run"]:
        told.append(
            f"The run ends {_length(figures['hours'])} after the trip, before the outage does: "
            "what comes later is not in these figures."
        )
    if figures["balance"]["rest_k"] > ENOUGH:
        told.append(
            "Plant and circuits did not come to rest: the last of "
            f"{figures['passes']} passes moved supply by {figures['balance']['rest_k']:.1f} K. "
            "Consumers without a max_flow or design_load draw without bound."
        )
    return told + [_restless_words(n) for n, e in figures["circuits"].items() if e["restless"]]


def _restless_words(name: str) -> str:
    return (
        f"The exchanger of circuit '{name}' does not come to rest: what enters differs from what "
        "leaves in some steps."
    )


def _circuit_words(name: str, each: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    verb, wrong = ("rises", "warmer") if each["carries"] == "cold" else ("falls", "colder")
    where = "at the plant" if each["exchanger"] is None else "behind its exchanger"
    if each["largest_change_k"] is None or each["largest_change_k"] < NEAR:
        if each["on_its_way"]:
            return (
                f"Circuit {name}: supply {where} {verb} from {each['setpoint_c']:.1f} to "
                f"{each['worst_at_plant_c']:.1f} °C, but within {_length(figures['hours'])} that "
                "water comes to no building: a longer outage shows what it does there."
            )
        return f"Circuit {name} does not feel it: no building's supply is {NEAR:g} K {wrong}."
    return (
        f"Circuit {name}: supply {where} {verb} from {each['setpoint_c']:.1f} to "
        f"{each['worst_at_plant_c']:.1f} °C, at {each['worst_building']} to "
        f"{each['worst_at_building_c']:.1f} °C; buildings get water that is {wrong} by up to "
        f"{each['largest_change_k']:.1f} K, {_until(each['restored_after_min'], figures)}; "
        f"{_amount(each['unserved_kwh'])} kWh are not served{_alone(each)}."
    )


def _alone(each: Mapping[str, Any]) -> str:
    kept = kept_by_pumps({"": each})
    return f", {_amount(kept)} kWh more only by the friction of pumps" if kept else ""


def _missing(plant: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    """Return what is missing at the plant, and for how long."""
    again = plant["restored_after_min"]
    if again == 0.0 and plant["missing_peak_kw"] <= NOTHING:
        return "Nothing is missing at the plant: it holds its supply temperatures throughout"
    most = _amount(plant["missing_peak_kw"])
    return f"Up to {most} kW are missing at the plant; {_again(again, figures)}"


def _amount(value: float) -> str:
    """Write an amount: none, small ones with two digits, others whole.

    Examples
    --------
    >>> _amount(0.01), _amount(0.0712), _amount(4.44), _amount(1234.5)
    ('0', '0.071', '4.4', '1,234')
    """
    if abs(value) < NOTHING:
        return "0"
    return f"{value:.2g}" if abs(value) < WHOLE else f"{value:,.0f}"


def _again(minutes: float | None, figures: Mapping[str, Any]) -> str:
    if minutes is None:
        return f"it does not hold its supply temperatures again within {_length(figures['hours'])}"
    return f"it holds its supply temperatures again after {minutes:.0f} min"


def _until(minutes: float | None, figures: Mapping[str, Any]) -> str:
    if minutes is None:
        return f"still so after {_length(figures['hours'])}"
    return f"until {minutes:.0f} min after the trip"


def _length(hours: float) -> str:
    return f"{hours:.3g} h" if hours >= 1.0 else f"{60.0 * hours:.2g} min"
