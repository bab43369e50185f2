"""An outage as columns: its buildings, and the course of plant, circuits and temperatures."""

from collections.abc import Mapping
from typing import Any

from .outage import OutageStudy
from .outage_figures import KW, KWH, MINUTE, building_figures, taken_heat

Columns = Mapping[str, list[Any]]


def outage_tables(study: OutageStudy) -> dict[str, Columns]:
    """Return the study as columns, for CSV files of these names.

    Parameters
    ----------
    study : OutageStudy
        From `find_outage`.

    Returns
    -------
    dict of str to dict
        ``buildings``: a row for each; ``course``: plant and circuits by fine step;
        ``supply_temperature``: at each building by fine step.
    """
    fine = slice(study.steps.fine, None)
    minutes = (study.steps.ends[fine] / MINUTE).tolist()
    wide: dict[str, list[Any]] = {"minutes": minutes}
    for course in study.circuits.values():
        values = course.year.instant["consumer_supply_temperature"][fine]
        rows = zip(course.ids, course.buildings, strict=True)
        wide |= {name: values[:, row].tolist() for name, row in rows}
    return {
        "buildings": _building_columns(study),
        "course": _course_columns(study, fine, minutes),
        "supply_temperature": wide,
    }


def _building_columns(study: OutageStudy) -> Columns:
    columns: dict[str, list[Any]] = {}
    for name, course in study.circuits.items():
        found, ids = building_figures(study, course), course.ids
        part = {
            "circuit": [name] * len(ids),
            "consumer": list(ids),
            "worst_supply_c": found.worst.tolist(),
            "worst_after_min": (found.worst_after / MINUTE).tolist(),
            "largest_change_k": found.change.tolist(),
            "limit_supply_c": found.limit.tolist(),
            "beyond_limit_min": (found.beyond / MINUTE).tolist(),
            "beyond_limit_without_outage_min": (found.beyond_calm / MINUTE).tolist(),
            "unserved_kwh": (found.unserved / KWH).tolist(),
        }
        columns = {key: columns.get(key, []) + values for key, values in part.items()}
    return columns


def _course_columns(study: OutageStudy, fine: slice, minutes: list[float]) -> Columns:
    plant = study.plant
    columns: dict[str, list[Any]] = {
        "minutes": minutes,
        "wanted_kw": (plant.wanted[fine].sum(axis=1) / KW).tolist(),
        "given_kw": (plant.given[fine].sum(axis=1) / KW).tolist(),
        **{f"{name}_kw": (heat[fine] / KW).tolist() for name, heat in plant.direct.items()},
        "heat_pumps_kw": (plant.heat_pumps[fine] / KW).tolist(),
        "electricity_kw": (plant.electricity[fine] / KW).tolist(),
        "from_tanks_kw": (plant.from_tanks[fine] / KW).tolist(),
        "tanks_kwh": (plant.content[1:][fine].sum(axis=1) / KWH).tolist(),
    }
    for name, course in study.circuits.items():
        columns[f"{name}_supply_c"] = course.supply[fine].tolist()
        columns[f"{name}_setpoint_c"] = course.setpoint[fine].tolist()
        columns[f"{name}_kw"] = (taken_heat(study, course.year)[fine] / KW).tolist()
    return columns
