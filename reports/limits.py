"""What a reader must know before quoting a figure: limits broken, and remarks."""

from collections.abc import Callable, Iterator

import numpy as np

from .blocks import Notices, Section
from .material import Material, label, source_name
from .number_text import energy, fixed, number, percent, quantity, typeset

Entry = tuple[str, str]

WORTH_SAYING = 0.5
"""Energy that a remark is made of. [MWh]"""

OUTSIDE = 0.005
"""Energy asked for outside its mode that a remark is made of. [MWh]"""

TIGHT = 1e-6
"""Relative residuals above this are a fault."""


def limit_section(material: Material) -> Section:
    """Return warnings and remarks; the first kind first."""
    checks: tuple[Callable[[Material], Iterator[Entry]], ...] = (
        _missed,
        _gradients,
        _balance,
        _out_of_mode,
        _discharge,
        _standing,
        _targets,
    )
    entries = [entry for check in checks for entry in check(material)]
    order = {"bad": 0, "note": 1, "good": 2}
    entries.sort(key=lambda entry: order[entry[0]])
    title = "Limits and warnings"
    return Section(id="limits", title=title, blocks=(Notices(entries=tuple(entries)),))


def _missed(material: Material) -> Iterator[Entry]:
    """Tell what the command line tells, and what makes its exit status 1."""
    missed = material.missed
    for sentence in missed:
        yield "bad", sentence[:1].upper() + sentence[1:] + "."
    if not missed:
        yield (
            "good",
            f"All heat and cold asked for in its mode is served, in every {material.step} and "
            "case; every velocity and pressure stays within its limit.",
        )


def _gradients(material: Material) -> Iterator[Entry]:
    scenario = material.simulation.system.scenario
    for name, year in material.base.circuits.items():
        section = scenario.circuit_section(name)
        steepest = year.pipe_figures.peak_gradient.max(axis=0)
        is_checked = name not in material.simulation.design  # by the hours, see `_missed`
        if is_checked or not (steepest > section.max_gradient).any():
            continue
        count = int((steepest > section.max_gradient).sum())
        yield (
            "note",
            f"{label(name).capitalize()}: the highest gradient of the {material.period} is "
            f"{quantity(float(steepest.max()), 'Pa/m')}, above the design value of "
            f"{number(section.max_gradient)}, in {count:,} of {len(steepest):,} routes.",
        )


def _balance(material: Material) -> Iterator[Entry]:
    keys = ("heat_relative", "plant_relative", "exchangers_relative")
    residuals = [material.figure("balance", key) for key in keys]
    worst = max((value for value in residuals if value is not None), default=0.0)
    if worst > TIGHT:
        yield "bad", f"A heat balance does not close: relative residual {worst:.1e}."
    else:
        yield (
            "good",
            f"Every heat balance closes in every {material.step}, to better than one in a "
            "million.",
        )


def _out_of_mode(material: Material) -> Iterator[Entry]:
    heat = abs(material.simulation.out_of_mode_heat) / 3.6e9
    cold = abs(material.simulation.out_of_mode_cold) / 3.6e9
    if heat > OUTSIDE:
        yield (
            "note",
            f"{energy(heat)} of heat is asked for while its network stands in another "
            "mode (summer evenings, change-over days); it is reported here, not served.",
        )
    if cold > OUTSIDE:
        yield (
            "note",
            f"{energy(cold)} of cold is asked for outside the cooling mode; it is reported here, "
            "not served.",
        )


def _discharge(material: Material) -> Iterator[Entry]:
    """Tell how warm cooling makes the effluent that goes on to the river."""
    for name, section in material.simulation.system.scenario.sources.items():
        plant = material.plant
        if section.kind != "effluent" or plant is None:
            continue
        leaving = plant.source_outlet_temperature[name]
        warmest = float(np.max(material.simulation.profiles.sources[name].temperature))
        is_warmer = np.nan_to_num(leaving, nan=-np.inf) > warmest
        if is_warmer.any():
            hours = float(is_warmer @ material.clock.duration) / 3600.0
            row = int(np.nanargmax(leaving))
            yield (
                "note",
                f"{source_name(name)}: the heat of cooling warms the effluent to as much as "
                f"{quantity(float(leaving[row]), '°C')} ({material.clock.name(row)}), for "
                f"{fixed(hours)} hours above the {quantity(warmest, '°C')} at which it comes "
                "at most. Its change is bounded, by "
                f"{section.max_temperature_difference:g} K; its temperature is not: a "
                "permit for the discharge must be checked.",
            )


def _standing(material: Material) -> Iterator[Entry]:
    for name, year in material.base.circuits.items():
        standing = material.mwh(year.standing_loss)
        if standing > WORTH_SAYING:
            share = standing / max(material.mwh(np.abs(year.heat_loss)), 1e-9)
            yield (
                "note",
                f"{label(name).capitalize()}: keeping pipes warm that stand without flow would "
                f"cost {energy(standing)} more ({percent(share)} of the loss); the hourly "
                "quasi-steady method leaves that out.",
            )


def _targets(material: Material) -> Iterator[Entry]:
    targets = material.comparison.targets if material.comparison else ()
    for target in targets:
        if target.is_met is False:
            yield (
                "note",
                f"{target.id} {target.name}: {number(target.value)} {target.unit} lies outside "
                f"{number(target.low)} – {number(target.high)}; {typeset(target.driver)}.",
            )
