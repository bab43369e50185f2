"""Rules that tie the cells of producers together."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..model.errors import Faults
from .cells import is_empty
from .conform import EMPTY
from .system import Series
from .tables import PRODUCERS
from .varying import Known

Row = Mapping[Any, Any]

WHOLE = 1.0 + 1e-9
"""Sum of the shares of one circuit, with rounding. [1]"""

HEADS = ("pressure_difference", "min_pressure_difference", "max_pressure_difference")
"""Columns of what lies between supply and return."""


def check_producers(frame: pd.DataFrame, one_line: set[str], faults: Faults) -> None:
    """Note producers whose cells contradict each other, or ask for what cannot be.

    Parameters
    ----------
    frame : DataFrame
        The producers, conforming.
    one_line : set of str
        Circuits without a return side.
    faults : Faults
        Receives every fault, by row.
    """
    for producer in frame.to_dict("records"):
        item = f"producer '{producer['id']}'"
        if producer["circuit"] not in one_line and not is_empty(producer["pressure"]):
            rule = "an empty cell: a circuit with a return side has static_pressure"
            faults.add(item, "pressure", producer["pressure"], rule)
        elif producer["role"] != "pressure" and not is_empty(producer["pressure"]):
            faults.add(item, "pressure", producer["pressure"], "an empty cell, or role 'pressure'")
        if producer["circuit"] in one_line:
            _check_feed(producer, item, faults)
        if producer["plant_pressure_loss"] > 0.0 and is_empty(producer["design_flow"]):
            rule = "the flow at which the plant loses plant_pressure_loss, in kg/s"
            faults.add(item, "design_flow", EMPTY, rule)
        _check_role(producer, item, faults)
        _check_heads(producer, item, faults)


def _check_heads(producer: Row, item: str, faults: Faults) -> None:
    """Note limits of the head that leave none, also not the one that is fixed."""
    fixed, least, most = (producer[name] for name in HEADS)
    if least > most:
        rule = f"at most max_pressure_difference = {most:g} Pa"
        faults.add(item, "min_pressure_difference", least, rule)
    elif fixed < least:
        rule = f"at least min_pressure_difference = {least:g} Pa"
        faults.add(item, "pressure_difference", fixed, rule)
    elif fixed > most:
        rule = f"at most max_pressure_difference = {most:g} Pa"
        faults.add(item, "pressure_difference", fixed, rule)


def _check_feed(producer: Row, item: str, faults: Faults) -> None:
    """Note what a producer of a one-line network cannot be asked for."""
    if producer["role"] == "heat":
        rule = "'pressure' or 'flow' in a one-line network, which has no return to warm"
        faults.add(item, "role", producer["role"], rule)
    if not is_empty(producer["share"]):
        faults.add(item, "share", producer["share"], "a mass_flow in a one-line network")
    for name in HEADS:
        if not is_empty(producer[name]):
            rule = "an empty cell in a one-line network, where a pressure is held"
            faults.add(item, name, producer[name], rule)
    static = PRODUCERS.column("static_pressure")
    assert static is not None
    is_given = producer["static_pressure"] != static.default
    if is_given and not is_empty(producer["pressure"]):
        faults.add(item, "static_pressure", producer["static_pressure"], "either this or pressure")


GIVES = {"pressure": (), "flow": ("mass_flow", "share"), "heat": ("heat", "limit")}
"""Columns of which one tells what a producer of each role gives."""


def _check_role(producer: Row, item: str, faults: Faults) -> None:
    """Note a producer of which nothing says what it gives, or that says too much."""
    role = producer["role"]
    if role not in GIVES:  # noted where the cell was read
        return
    given = [name for names in GIVES.values() for name in names if not is_empty(producer[name])]
    wanted = GIVES[role]
    for name in given:
        if name not in wanted:
            roles = [other for other, names in GIVES.items() if name in names]
            faults.add(item, name, producer[name], f"an empty cell, or role '{roles[0]}'")
    own = [name for name in given if name in wanted]
    if wanted and not own:
        faults.add(item, wanted[0], EMPTY, f"a value, or a {wanted[1]}, for role '{role}'")
    if len(own) > 1:
        faults.add(item, own[1], producer[own[1]], f"either this or {own[0]}")
    if not is_empty(producer["priority"]) and is_empty(producer["limit"]):
        faults.add(item, "priority", producer["priority"], "an empty cell, or a limit with it")


def check_shares(frame: pd.DataFrame, series: Mapping[str, Series], faults: Faults) -> None:
    """Note circuits whose producers are to give more than all that is drawn.

    Parameters
    ----------
    frame : DataFrame
        The producers, conforming.
    series : mapping of str to Series
        That cells may name; those of different rows count by their least values.
    faults : Faults
        Receives one fault a circuit, at the last producer with a share.
    """
    for _, producers in frame.groupby("circuit", sort=False):
        rows = [row for row in producers.to_dict("records") if not is_empty(row["share"])]
        if len(rows) < 2:  # noqa: PLR2004
            continue
        names = [str(row["share"]).removeprefix("series:").strip() for row in rows]
        varying = [series[name] for name in names if name in series]
        known = Known(series, varying[0].instants if varying else np.empty(0))
        bounds = [known.bounds(row["share"], "", str(row["id"])) for row in rows]
        least = sum((b.lower for b in bounds if b is not None), start=np.zeros(()))
        if np.max(least) > WHOLE:
            others = ", ".join(f"'{row['id']}'" for row in rows[:-1])
            rule = f"shares of at most 1 with {others}; together they are {np.max(least):.3g}"
            faults.add(f"producer '{rows[-1]['id']}'", "share", rows[-1]["share"], rule)
