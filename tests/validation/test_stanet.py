"""Water networks with results of STANET, as they come with pandapipes, solved from our tables.

Four more have pumps with a curve, which an import refuses.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from warmtenet.model.scenario import WaterSection
from warmtenet.networks.exchange.folder import write_folder
from warmtenet.networks.exchange.library import quiet
from warmtenet.networks.exchange.read import from_pandapipes
from warmtenet.networks.exchange.settings import make_constant_fluid
from warmtenet.networks.load import load
from warmtenet.solvers.simulate import simulate

pytestmark = pytest.mark.validation
pandapipes = pytest.importorskip("pandapipes")
toolbox = pytest.importorskip("pandapipes.component_models.component_toolbox")

SHIPPED = Path("networks", "network_files", "stanet_test_networks", "water_cases")

NETWORKS = (
    "combined_networks/district_N",
    "combined_networks/district_PC",
    "meshed_networks/delta_N",
    "meshed_networks/two_valves_N",
    "meshed_networks/two_valves_PC",
    "one_pipe/pipe_1_N",
    "one_pipe/pipe_1_PC",
    "one_pipe/pipe_2_N",
    "one_pipe/pipe_2_PC",
    "one_pipe/pipe_3_N",
    "one_pipe/pipe_3_PC",
    "strand_net/cross_PC",
    "strand_net/strand_net_N",
    "strand_net/strand_net_PC",
    "strand_net/two_pipes_N",
    "strand_net/two_pipes_PC",
    "t_cross/t_cross_N",
    "t_cross/t_cross_PC",
    "two_pressure_junctions/two_pipes_N",
    "two_pressure_junctions/two_pipes_PC",
)
"""Folder and file; N: friction by Nikuradse, PC: by Prandtl and Colebrook."""

PRESSURE, VELOCITY = 0.005, 0.005
"""Relative, and m/s. STANET's pressures are told to 1e-4 bar, its fluid to three digits or so;
pandapipes' own tests allow up to 0.03 of either."""


def read_network(name: str) -> Any:
    """Return a network with its own constant fluid; its heat capacity stands in kJ."""
    folder = Path(pandapipes.__file__).parent / SHIPPED
    with quiet():
        network = pandapipes.from_json(str(folder / f"{name}.json"))
    told = network.fluid.all_properties
    density, viscosity = (
        float(told[key].get_at_value(283.15)) for key in ("density", "viscosity")
    )
    network["fluid"] = make_constant_fluid(
        WaterSection(model="constant", density=density, viscosity=viscosity, heat_capacity=4186.8)
    )
    network.pop("user_pf_options", None)
    law = "nikuradse" if name.endswith("_N") else "colebrook"
    pandapipes.set_user_pf_options(network, friction_model=law)
    return network


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_has_the_pressures_and_velocities_of_stanet(name: str, tmp_path: Path) -> None:
    network = read_network(name)
    imported = from_pandapipes(network)
    assert imported.faults.found == []
    write_folder(imported, tmp_path / "in")
    circuits = simulate(load(tmp_path / "in"), at="3600", fields=True).cases["base"].circuits
    (year,) = circuits.values()

    pressure, theirs = year.fields["junction_pressure"][0, :, 0], network.junction["p_stanet"]
    known = theirs.notna().to_numpy()
    height = network.junction["height_m"].to_numpy(dtype=float)
    air = toolbox.p_correction_height_air(height)
    held = network.junction.index.get_loc(network.ext_grid["junction"].iloc[0])
    given = 1e5 * (theirs.to_numpy() + air - air[held])
    apart = np.abs(1.0 - pressure[: len(given)][known] / given[known])
    assert apart.max() < PRESSURE

    pipes = network.pipe
    area = np.pi / 4.0 * (pipes["inner_diameter_mm"].to_numpy() / 1000.0) ** 2
    density = float(network.fluid.get_density(283.15))
    flow = year.fields["pipe_mass_flow"][0, : len(pipes), 0]
    velocity, wanted = np.abs(flow) / (density * area), np.abs(pipes["v_stanet"].to_numpy())
    told = ~np.isnan(wanted)
    assert np.abs(velocity - wanted)[told].max() < VELOCITY
