"""Rows of ``substations.csv`` as substations, and as columns over a circuit's consumers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..model.substation import EXCHANGED, EXCHANGER, MIXING, THROTTLING, Substation
from ..model.water import WaterTable
from .cells import is_empty
from .columns import SubstationTable

Row = Mapping[Any, Any]
Tables = Mapping[str, pd.DataFrame]

KINDS = {
    ("heat_exchanger", ""): EXCHANGER,
    ("floor_heating", "mixing"): MIXING,
    ("floor_heating", "throttling"): THROTTLING,
    ("floor_heating", "exchanger"): EXCHANGED,
}
"""Kinds by type and connection."""

NONE = {name: 0 if name == "kind" else np.nan for name in SubstationTable._fields}
"""Columns of a consumer without a substation."""


def read_substations(tables: Tables) -> dict[str, Substation]:
    """Return the kinds of substations by id.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Checked tables.
    """
    if "substations" not in tables:
        return {}
    return {row["id"]: _substation(row) for row in tables["substations"].to_dict("records")}


def _substation(row: Row) -> Substation:
    kind = KINDS[row["type"], row["connection"]]
    supply, back = row["design_supply_temperature"], row["design_return_temperature"]
    ends = row["design_secondary_supply_temperature"], row["design_secondary_return_temperature"]
    return Substation(
        kind=kind,
        supply=supply,
        back=ends[1] if kind == MIXING else back,
        secondary_supply=supply if kind == THROTTLING else ends[0],
        secondary_back=back if kind == THROTTLING else ends[1],
        room=np.nan if kind == EXCHANGER else row["design_room_temperature"],
        cooling_supply=row["cooling_design_supply_temperature"],
        cooling_back=row["cooling_design_return_temperature"],
        flow_exponent=row["flow_exponent"],
        network_resistance_share=row["network_resistance_share"],
        emitter_exponent=row["emitter_exponent"],
        cooling_output_share=row["cooling_output_share"],
    )


def substation_of(consumer: Row, substations: Mapping[str, Substation]) -> Substation | None:
    """Return the substation that a consumer names, if any."""
    name = consumer["substation"]
    return None if is_empty(name) else substations[str(name)]


def tabulate_substations(
    consumers: pd.DataFrame, substations: Mapping[str, Substation], water: WaterTable
) -> SubstationTable | None:
    """Return the substations of a circuit's consumers as columns; None where there is none.

    Parameters
    ----------
    consumers : DataFrame
        Rows of one circuit.
    substations : mapping of str to Substation
        By id.
    water : WaterTable
        What flows on both sides.
    """
    named = [
        (substation_of(row, substations), row["design_load"])
        for row in consumers.to_dict("records")
    ]
    if all(substation is None for substation, _ in named):
        return None
    rows = [NONE if each is None else each.sized_for(load, water) for each, load in named]
    return SubstationTable(
        **{
            name: np.array([row[name] for row in rows], dtype=_dtype(name))
            for name in SubstationTable._fields
        }
    )


def _dtype(name: str) -> type[np.generic]:
    return np.int64 if name == "kind" else np.float64
