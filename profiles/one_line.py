"""What holds the pressure of a one-line network, its open ends, and valves by the hour."""

import numpy as np

from ..networks.cells import is_empty
from ..networks.columns import BoolArray, Circuit, FloatArray, IntArray
from ..networks.connect import is_outlet
from .reader import Reader

ZERO = 0.0
"""Heat in a one-line network counts from water of this temperature. [°C]"""


def open_ends(reader: Reader, circuit: Circuit) -> BoolArray | None:
    """Return the consumers of which nothing says what they draw, shape (consumers,).

    Parameters
    ----------
    reader : Reader
        Of the run.
    circuit : Circuit
        Whose consumers.

    Returns
    -------
    array of bool or None
        None for a circuit with a return side.
    """
    if not circuit.is_one_line:
        return None
    table, series = reader.system.tables["consumers"], reader.system.series
    ends = {row["id"] for row in table.to_dict("records") if is_outlet(row, series)}
    return np.array([name in ends for name in circuit.consumer_ids], dtype=np.bool_)


def end_junctions(reader: Reader, circuit: Circuit) -> IntArray:
    """Return the junctions of the open ends of a circuit, none for one with a return side.

    Parameters
    ----------
    reader : Reader
        Of the run.
    circuit : Circuit
        Whose consumers.
    """
    ends = open_ends(reader, circuit)
    junction = circuit.consumers.junction
    return junction[:0] if ends is None else junction[ends]


def over_zero(reader: Reader, circuit: Circuit, given: FloatArray) -> FloatArray:
    """Return the returns of a one-line network's consumers, 0 °C where none is given.

    What leaves the network then counts with all that it holds. [°C]
    """
    apart = reader.cells("consumers", "temperature_difference", circuit.consumer_ids, "K")
    return np.where(np.isnan(given) & np.isnan(apart), ZERO, given)


def held_pressure(reader: Reader, circuit: Circuit) -> FloatArray | None:
    """Return the gauge pressure of each holder, shape (hours, holders). [Pa]

    Parameters
    ----------
    reader : Reader
        Of the run.
    circuit : Circuit
        Whose producers; the first ``holders`` hold a pressure.

    Returns
    -------
    array of float or None
        The cell ``pressure``, else ``static_pressure``; None for a circuit with a return side.
    """
    if not circuit.is_one_line:
        return None
    ids = circuit.producer_ids[: circuit.holders]
    given = reader.cells("producers", "pressure", ids, "Pa")
    static = reader.cells("producers", "static_pressure", ids, "Pa")
    return np.where(np.isnan(given), static, given)


def gates(reader: Reader, circuit: Circuit) -> FloatArray | None:
    """Return 1 where a valve is open, 0 where it is shut, shape (hours, valves).

    A column of ``open.csv`` replaces the cell ``is_open``. None without valves.
    """
    ids = circuit.valves.ids
    if not ids:
        return None
    given = reader.system.series.get("open")
    columns = () if given is None else given.columns
    gate = np.empty((len(ids), reader.hours))
    for row, cell in enumerate(reader.system.cells("valves", "is_open", ids)):
        name = ids[row]
        if name in columns:
            gate[row] = reader.series("open", name, "open.csv", means=False)
        elif isinstance(cell, str) and not is_empty(cell):
            gate[row] = reader.cell(cell, name, "1")
        else:
            gate[row] = float(bool(cell))
    return (gate > 0.0).astype(np.float64).T
