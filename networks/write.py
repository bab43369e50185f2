"""Tables out: CSV files, or a GeoPackage that opens in QGIS; both read back the same."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .tables import TABLES

Tables = Mapping[str, pd.DataFrame]

FIXED_DATE = "2000-01-01T00:00:00.000Z"
"""Written in place of today's date, so that the same tables give the same bytes."""


def write_tables(tables: Tables, folder: Path) -> None:
    """Write tables as CSV files, one for each table of the contract.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As in `System.tables`; numbers are written so that they read back exactly.
    folder : Path
        Exists; files of the same names are replaced.
    """
    for name in TABLES:
        if name in tables:
            frame = as_texts(name, tables[name])
            (folder / f"{name}.csv").write_text(
                frame.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="\n"
            )


def as_texts(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of texts as it is written: numbers at full precision, empty cells blank.

    Parameters
    ----------
    name : str
        Of the table.
    frame : DataFrame
        Its rows; columns that are empty throughout are left out, unless they are required.
    """
    return _texts(_ordered(name, frame))


def write_geopackage(tables: Tables, path: Path, crs: str) -> None:
    """Write tables as layers of one GeoPackage.

    Junctions, consumers and producers become points, pipes lines (their ``geometry``, else
    straight between junctions), other tables layers without shapes.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As in `System.tables`.
    path : Path
        The file; it is replaced.
    crs : str
        Of ``x`` and ``y``, e.g. ``"EPSG:28992"``, or ``"none"``.
    """
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        path.unlink(missing_ok=True)
        for name in TABLES:
            if name in tables:
                _write_layer(name, tables, path, None if crs == "none" else crs)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write_layer(name: str, tables: Tables, path: Path, crs: str | None) -> None:
    """Append one table to a GeoPackage as a layer."""
    import geopandas
    import pyogrio

    frame = _ordered(name, tables[name])
    shapes = _shapes(name, tables)
    attributes = _attributes(frame)
    if shapes is not None:
        attributes = geopandas.GeoDataFrame(attributes, geometry=shapes, crs=crs)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")  # a schematic has none
        pyogrio.write_dataframe(attributes, path, layer=name, driver="GPKG", append=path.exists())


def _ordered(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns in the order of the contract, without those that are empty throughout."""
    known = [column for column in TABLES[name].header_names() if column in frame.columns]
    required = {column.name for column in TABLES[name].columns if column.required}
    kept = [c for c in known if c in required or not _is_blank(frame[c])]
    return frame[kept]


def _is_blank(column: "pd.Series[Any]") -> bool:
    return bool((column.isna() | (column == "")).all())


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return cells as texts: numbers at full precision, empty where there is nothing."""
    return pd.DataFrame({name: [_text(cell) for cell in frame[name]] for name in frame.columns})


def _text(cell: object) -> str:
    if isinstance(cell, bool | np.bool_):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return "" if np.isnan(cell) else repr(float(cell)).removesuffix(".0")
    return str(cell)


def _attributes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a layer's attributes: columns of one kind each, mixed ones as texts."""
    frame = frame.drop(columns="geometry", errors="ignore")
    mixed = [name for name in frame.columns if frame[name].dtype == object]
    return frame.assign(**{name: [_text(cell) for cell in frame[name]] for name in mixed})


def _shapes(name: str, tables: Tables) -> Any:
    """Return the shapes of a layer, or None where its rows have no place."""
    import geopandas
    import shapely

    if "junctions" not in tables or name not in ("junctions", "pipes", "consumers", "producers"):
        return None
    places = tables["junctions"].set_index("id")[["x", "y"]].astype(float)
    frame = tables[name]
    if name == "pipes":
        starts, ends = (
            places.loc[list(frame[end])].to_numpy() for end in ("from_junction", "to_junction")
        )
        straight = shapely.linestrings(np.stack([starts, ends], axis=1))
        given = list(frame["geometry"]) if "geometry" in frame else [""] * len(frame)
        drawn = [
            shapely.from_wkt(text) if text else line
            for text, line in zip(given, straight, strict=True)
        ]
        return geopandas.GeoSeries(drawn)
    rows = frame["id"] if name == "junctions" else frame["junction"]
    points = places.loc[list(rows)]
    return geopandas.GeoSeries(geopandas.points_from_xy(points["x"], points["y"]))
