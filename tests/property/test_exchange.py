"""Round trips through pandapipes, for arbitrary trees and meshes."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from exchange_factory import exported, networks, write_network
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from warmtenet.networks.columns import Circuit
from warmtenet.networks.exchange.export import write_json
from warmtenet.networks.exchange.folder import import_pandapipes, write_folder
from warmtenet.networks.exchange.library import KEY
from warmtenet.networks.exchange.read import from_pandapipes
from warmtenet.networks.load import load
from warmtenet.networks.system import System

pytest.importorskip("pandapipes")

FEW = settings(max_examples=25, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def without_carried(network: Any) -> Any:
    """Return a network as somebody else would have made it: nothing of ours in it."""
    for name, frame in network.items():
        if isinstance(frame, pd.DataFrame):
            ours = [c for c in frame.columns if str(c).startswith(("warmtenet_", "exported_"))]
            network[name] = frame.drop(columns=ours)
    del network[KEY]
    return network


def through_a_file(system: System, folder: Path) -> System:
    """Return a system that went out and came back."""
    write_json(exported(system), folder / "network.json")
    done = import_pandapipes(folder / "network.json", folder / "back")
    assert done.faults.found == []
    return load(folder / "back")


def through_objects(network: Any, folder: Path) -> System:
    done = from_pandapipes(network)
    assert done.faults.found == []
    write_folder(done, folder)
    return load(folder)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its rows by id: the order of rows means nothing."""
    return frame.sort_values("id", ignore_index=True).sort_index(axis=1)


@FEW
@given(networks())
def test_nothing_is_lost_on_the_way(tables: dict[str, pd.DataFrame]) -> None:
    with tempfile.TemporaryDirectory() as name:
        system = write_network(tables, Path(name) / "drawn")
        back = through_a_file(system, Path(name))

        assert sorted(back.tables) == sorted(system.tables)
        for table, frame in system.tables.items():
            pd.testing.assert_frame_equal(in_order(back.tables[table]), in_order(frame))
        assert back.scenario == system.scenario
        assert back.series["ground_temperature"].values[0] == pytest.approx(7.5)


@FEW
@given(networks())
def test_what_both_know_comes_back_from_a_network_that_is_not_ours(
    tables: dict[str, pd.DataFrame],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        system = write_network(tables, Path(name) / "drawn")
        network = without_carried(exported(system))
        takes = len(network.flow_control) > 0  # water let back is a bypass to anybody else
        back = through_objects(network, Path(name) / "back")

        circuit, other = (next(iter(each.circuits.values())) for each in (system, back))
        assert_same_pipes(circuit, other)
        np.testing.assert_allclose(other.elevation, circuit.elevation, rtol=1e-12, atol=1e-12)
        assert_same_stations(circuit, other, takes=takes)
        consumers = system.tables["consumers"].set_index("id")
        found = back.tables["consumers"].set_index("id").loc[consumers.index]
        for column in ("heat", "flow", "return_temperature", "temperature_difference"):
            np.testing.assert_allclose(found[column], consumers[column], rtol=1e-11)


def assert_same_pipes(circuit: Circuit, other: Circuit) -> None:
    assert other.pipe_ids == circuit.pipe_ids
    assert other.junctions == circuit.junctions
    for name, column in circuit.pipes._asdict().items():
        if name != "pair_exchange_coefficient":
            found = getattr(other.pipes, name)
            np.testing.assert_allclose(found, column, rtol=1e-11, atol=1e-16, err_msg=name)


def assert_same_stations(circuit: Circuit, other: Circuit, *, takes: bool) -> None:
    assert set(circuit.consumer_ids) <= set(other.consumer_ids)
    if not takes:
        assert other.consumer_ids == circuit.consumer_ids
        assert (other.consumers.junction == circuit.consumers.junction).all()
        assert other.producer_ids == circuit.producer_ids
        assert (other.producers.junction == circuit.producers.junction).all()
    assert other.producers.static_pressure[0] == pytest.approx(
        circuit.producers.static_pressure[0], rel=1e-11
    )


@FEW
@given(networks(), st.data())
def test_a_change_made_there_is_kept_here(
    tables: dict[str, pd.DataFrame], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        system = write_network(tables, Path(name) / "drawn")
        network = exported(system)
        row = data.draw(st.integers(0, len(network.pipe) - 1))
        network.pipe.loc[network.pipe.index[row], ["inner_diameter_mm", "k_mm"]] = [777.0, 2.5]
        back = through_objects(network, Path(name) / "back")

        circuit, other = (next(iter(each.circuits.values())) for each in (system, back))
        side, pipe = divmod(row, len(circuit.pipe_ids))
        wanted = circuit.pipes.inner_diameter.copy()
        wanted[side, pipe] = 0.777
        np.testing.assert_allclose(other.pipes.inner_diameter, wanted, rtol=1e-11)
        assert other.pipes.roughness[side, pipe] == pytest.approx(0.0025)
        assert other.pipe_types == circuit.pipe_types
        for table in ("junctions", "consumers", "producers"):
            frame = system.tables[table]
            pd.testing.assert_frame_equal(in_order(back.tables[table]), in_order(frame))
