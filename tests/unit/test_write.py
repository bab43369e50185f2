"""Writing tables: what is read back is what was written."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from village import edit, write_village

from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.bundled import template_folder
from warmtenet.networks.load import load
from warmtenet.networks.system import System
from warmtenet.networks.write import write_geopackage, write_tables


def same(first: System, second: System) -> None:
    """Fail where the tables of two systems differ, other than by shapes of a GeoPackage."""
    assert set(first.tables) == set(second.tables)
    for name, frame in first.tables.items():
        other = second.tables[name].drop(columns="geometry", errors="ignore")
        pd.testing.assert_frame_equal(frame, other, check_like=True)


@pytest.fixture
def system() -> System:
    return load(template_folder())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(template_folder() / "scenario.toml", tmp_path)
    return tmp_path


def test_csv_reads_back_the_same(system: System, folder: Path) -> None:
    write_tables(system.tables, folder)

    same(system, load(folder))


def test_geopackage_reads_back_the_same(system: System, folder: Path) -> None:
    write_geopackage(system.tables, folder / "network.gpkg", "EPSG:28992")

    same(system, load(folder))
    assert load(folder).tables["pipes"]["geometry"][0].startswith("LINESTRING")


def test_schematics_need_no_coordinates(system: System, folder: Path) -> None:
    write_geopackage(system.tables, folder / "network.gpkg", "none")

    same(system, load(folder, ["crs=none"]))


def test_same_tables_same_bytes(system: System, folder: Path) -> None:
    written = []
    for _ in range(2):
        write_geopackage(system.tables, folder / "network.gpkg", "EPSG:28992")
        write_tables(system.tables, folder)
        written.append([path.read_bytes() for path in sorted(folder.iterdir())])

    assert written[0] == written[1]


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    folder = write_village(tmp_path)
    edit(folder, "pipes.csv", "tee,80,", "tee,80.10000000000001,")
    village = load(folder)
    write_tables(village.tables, folder)

    same(village, load(folder))


def test_points_give_x_and_y(system: System, folder: Path) -> None:
    junctions = system.tables["junctions"]
    write_geopackage(system.tables, folder / "network.gpkg", "EPSG:28992")
    import pyogrio

    path = folder / "points.gpkg"
    for name in ("junctions", "pipes", "consumers", "producers"):
        layer = pyogrio.read_dataframe(folder / "network.gpkg", layer=name)
        if name == "junctions":
            layer = layer.drop(columns=["x", "y"])
        pyogrio.write_dataframe(layer, path, layer=name, append=path.exists())
    (folder / "network.gpkg").unlink()

    assert load(folder).tables["junctions"]["x"].tolist() == junctions["x"].tolist()


def test_other_coordinates_than_the_scenario_are_refused(system: System, folder: Path) -> None:
    write_geopackage(system.tables, folder / "network.gpkg", "EPSG:25832")
    with pytest.raises(InvalidInputError) as caught:
        load(folder)

    assert (
        str(caught.value)
        .splitlines()[0]
        .startswith("network.gpkg layer 'junctions' and 3 more: crs = ")
    )
    assert str(caught.value).splitlines()[0].endswith("expected 'EPSG:28992', as in the scenario")
