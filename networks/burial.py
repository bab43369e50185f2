"""How deep pipes lie that have no place in a trench, and what a type loses there."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..model.catalogue import PipeType, read_catalogue
from ..model.errors import Faults
from ..model.ground_heat import Burial, uneven_pair_coefficients
from ..model.scenario import GroundSection
from .columns import RETURN, SUPPLY, FloatArray
from .contract import side_names

COLUMN = "burial_depth"

SAME = 1e-9
"""By which the two depths of a twin may differ: rounding. [m]"""

Tables = Mapping[str, pd.DataFrame]


def given_by_side(pipes: pd.DataFrame, name: str) -> FloatArray:
    """Return a column of numbers for supply and return, NaN where neither is given.

    Parameters
    ----------
    pipes : DataFrame
        Conforming rows.
    name : str
        Of a column that may be given by side.

    Returns
    -------
    array of float, shape (2, pipes)
        The side's own cell, else that of both.
    """
    columns = [
        pd.to_numeric(pipes[column], errors="coerce").to_numpy(dtype=np.float64)
        if column in pipes
        else np.full(len(pipes), np.nan)
        for column in (name, *side_names(name))
    ]
    both, *sides = columns
    return np.stack([np.where(np.isnan(own), both, own) for own in sides])


def given_depths(pipes: pd.DataFrame) -> FloatArray:
    """Return the depth of each pipe's centre, shape (2, pipes), NaN where none is given. [m]

    Where one side alone has a depth, the other lies as deep.

    Parameters
    ----------
    pipes : DataFrame
        Conforming rows.
    """
    depth = given_by_side(pipes, COLUMN)
    return np.where(np.isnan(depth), depth[::-1], depth)


def typed_coefficients(
    types: list[PipeType | None], depths: FloatArray, ground: GroundSection
) -> tuple[FloatArray, FloatArray]:
    """Return what pipes of the catalogue lose to the ground, and what pairs exchange.

    Parameters
    ----------
    types : list of PipeType or None
        Of each route.
    depths : array of float, shape (2, pipes)
        Of the centres of supply and return, NaN: the ground's cover and half a casing. [m]
    ground : GroundSection
        Soil, cover and gap.

    Returns
    -------
    losses : array of float, shape (2, pipes)
        0 without a type. [W/(m K)]
    exchange : array of float, shape (pipes,)
        0 without a type. [W/(m K)]
    """
    losses, exchange = np.zeros((2, len(types))), np.zeros(len(types))
    known: dict[tuple[str, str], tuple[float, float, float]] = {}
    for pipe, kind in enumerate(types):
        if kind is None:
            continue
        depth = depths[:, pipe]
        key = kind.id, str(depth)
        if key not in known:
            known[key] = _coefficients(kind, (float(depth[SUPPLY]), float(depth[RETURN])), ground)
        losses[SUPPLY, pipe], losses[RETURN, pipe], exchange[pipe] = known[key]
    return losses, exchange


def _coefficients(
    kind: PipeType, depths: tuple[float, float], ground: GroundSection
) -> tuple[float, float, float]:
    """Return the losses of supply and return, and their exchange. [W/(m K)]"""
    if kind.arrangement != "twin" and not (np.isnan(depths[0]) or _is_level(depths)):
        soil = Burial(gap=ground.gap, conductivity=ground.conductivity)
        return uneven_pair_coefficients(kind.section, depths, soil)
    cover = ground.cover if np.isnan(depths[0]) else depths[0] - kind.casing_diameter / 2.0
    own, mutual = kind.coefficients(cover=cover, gap=ground.gap, conductivity=ground.conductivity)
    return own - mutual, own - mutual, mutual


def _is_level(depths: FloatArray | tuple[float, float]) -> bool:
    return abs(float(depths[SUPPLY]) - float(depths[RETURN])) <= SAME


def check_burial(tables: Tables, faults: Faults) -> None:
    """Note depths that a trench, a casing or a twin contradicts.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``pipes``, conforming.
    faults : Faults
        Receives every fault, by row.
    """
    pipes, catalogue = tables["pipes"], read_catalogue()
    depths = given_depths(pipes)
    laid = set(tables["trench_pipes"]["pipe"]) if "trench_pipes" in tables else set()
    names = [name for name in (COLUMN, *side_names(COLUMN)) if name in pipes]
    for row in np.flatnonzero(~np.isnan(depths[SUPPLY])):
        pipe = pipes.iloc[row]
        item, kind = f"pipe '{pipe['id']}'", catalogue.get(pipe["type"])
        given = next(name for name in names if not np.isnan(pipe[name]))
        if pipe["id"] in laid or pipe["trench"]:
            faults.add(
                item, given, float(pipe[given]), "an empty cell: trench_pipes says how deep it is"
            )
        elif kind is not None and depths[:, row].min() < kind.casing_diameter / 2.0:
            rule = f"at least {kind.casing_diameter / 2.0:g} m, half its casing"
            faults.add(item, given, float(depths[:, row].min()), rule)
        elif kind is not None and kind.arrangement == "twin" and not _is_level(depths[:, row]):
            rule = "one depth for both pipes of a twin, that of its casing"
            faults.add(item, side_names(COLUMN)[RETURN], float(depths[RETURN, row]), rule)
