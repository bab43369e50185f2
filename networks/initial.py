"""Water in the pipes when a dynamic run starts, from ``initial.csv``."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..model.errors import Faults
from .columns import SIDES, Circuit, FloatArray

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Water in one pipe at the start.

    Parameters
    ----------
    pipe, side : int
        Row of the circuit's pipes, and side.
    position : array of float
        From the pipe's ``from_junction``, rising. [m]
    temperature : array of float
        There; linear between, constant beyond. The wall is as warm. [°C]
    """

    pipe: int
    side: int
    position: FloatArray
    temperature: FloatArray


def initial_profiles(tables: Tables, circuit: Circuit) -> tuple[Profile, ...]:
    """Return the profiles that are given for a circuit's pipes.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Checked tables.
    circuit : Circuit
        Whose pipes.
    """
    if "initial" not in tables:
        return ()
    row = {label: place for place, label in enumerate(circuit.pipe_ids)}
    frame = tables["initial"]
    frame = frame[frame["pipe"].isin(row)].sort_values("position", kind="stable")
    return tuple(
        Profile(
            pipe=row[str(pipe)],
            side=SIDES.index(str(side)),
            position=np.asarray(rows["position"], dtype=np.float64),
            temperature=np.asarray(rows["temperature"], dtype=np.float64),
        )
        for (pipe, side), rows in frame.groupby(["pipe", "side"], sort=False)
    )


def check_initial(tables: Tables, drawn: Collection[str], faults: Faults) -> None:
    """Note profiles beyond their pipe's end, on a side that is not there, or given twice.

    And those of circuits that bring the plant a source, which stay steady.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``initial``, and ``pipes`` where they could be read.
    drawn : collection of str
        The plant's consumers on source circuits.
    faults : Faults
        Receives one fault for each row.
    """
    if "pipes" not in tables:
        return
    pipes, steady = tables["pipes"].set_index("id"), set[object]()
    if "consumers" in tables:
        consumers = tables["consumers"]
        steady = set(consumers[consumers["id"].isin(list(drawn))]["circuit"])
    seen: set[tuple[str, str, float]] = set()
    for number, row in enumerate(tables["initial"].to_dict("records"), start=1):
        pipe, side, position = row["pipe"], row["side"], row["position"]
        if pipe not in pipes.index or side not in SIDES:
            continue  # noted where the cell was read
        item = f"initial row '{number}'"
        length, has = float(str(pipes.at[pipe, "length"])), str(pipes.at[pipe, "sides"])
        circuit = str(pipes.at[pipe, "circuit"])
        if circuit in steady:
            rule = f"a pipe of moving water: circuit '{circuit}' brings a source and stays steady"
            faults.add(item, "pipe", pipe, rule)
        if position > length:
            faults.add(item, "position", position, f"at most {length:g} m, the length of '{pipe}'")
        if has not in ("both", side):
            faults.add(item, "side", side, f"'{has}', the side that pipe '{pipe}' has")
        if (pipe, side, position) in seen:
            rule = f"one row for each place of the {side} pipe of '{pipe}'"
            faults.add(item, "position", position, rule)
        seen.add((pipe, side, position))
