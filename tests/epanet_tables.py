"""Networks that EPANET solves, written as tables with the state of some of its hours."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

DENSITY = 1000.0
EPANET_GRAVITY = 32.2 * 0.3048
"""Acceleration of gravity in EPANET. [m/s2]"""

EPANET_VISCOSITY = 1.1e-5 * 0.3048**2
"""Kinematic, where its options say 1. [m2/s]"""

GRAVITY = 9.80665
STRETCH = EPANET_GRAVITY / GRAVITY
"""Elevations count by this much more, so that both lift water by the same pressure. [1]"""


@dataclass(frozen=True)
class Solved:
    """What EPANET finds for a network at some instants; rows are instants."""

    flow: pd.DataFrame
    """Of every pipe and pump. [kg/s]"""
    pressure: pd.DataFrame
    """Gauge, at every junction that is not a tank. [Pa]"""


def solve_epanet(name: str, viscosity: float, work: Path) -> tuple[Any, Any]:
    """Return a network that wntr ships, made Darcy-Weisbach, and EPANET's results.

    Roughness is 0.26 mm throughout; ``viscosity`` is relative to water's.
    """
    with np.printoptions():  # wntr would change how numbers are printed
        import wntr

    network = wntr.network.WaterNetworkModel(name)
    options = network.options.hydraulic
    with warnings.catch_warnings():  # roughness is set just below
        warnings.simplefilter("ignore")
        options.headloss = "D-W"
    options.accuracy, options.trials, options.viscosity = 1e-9, 500, viscosity
    for _, pipe in network.pipes():
        pipe.roughness = 2.6e-4
    results = wntr.sim.EpanetSimulator(network).run_sim(file_prefix=str(work / "epanet"))
    return network, results


def write_tables(folder: Path, network: Any, results: Any, rows: list[int]) -> Solved:
    """Write the network as tables whose series hold the hours ``rows`` of EPANET's run.

    Reservoirs and tanks hold EPANET's heads; pumps are boosters with EPANET's rise, in pipes
    without length; what its controls shut is shut by valves.
    """
    folder.mkdir(parents=True, exist_ok=True)
    head, demand = results.node["head"].iloc[rows], results.node["demand"].iloc[rows] * 1000.0
    status, flow = results.link["status"].iloc[rows], results.link["flowrate"].iloc[rows] * 1000.0
    junctions = {name: node.elevation for name, node in network.junctions()}
    held = {name: 0.0 for name, _ in (*network.tanks(), *network.reservoirs())}
    places = {**junctions, **held}
    table(
        folder / "junctions.csv",
        "id,x,y,elevation",
        [(name, 0.0, 0.0, z * STRETCH) for name, z in places.items()],
    )
    links = [
        (name, "w", link.start_node_name, link.end_node_name, *size, 0.0, 2.6e-4, "supply")
        for kind in (network.pipes(), network.pumps())
        for name, link in kind
        for size in [sizes(link)]
    ]
    table(
        folder / "pipes.csv",
        "id,circuit,from_junction,to_junction,length,inner_diameter,minor_loss_coefficient,"
        "heat_loss_coefficient,roughness,sides",
        links,
    )
    table(
        folder / "producers.csv",
        "id,circuit,junction,role,supply_temperature,pressure,mass_flow",
        [(f"held {n}", "w", n, "pressure", 20.0, "series:head", "") for n in held]
        + [(f"in {n}", "w", n, "flow", 20.0, "", "series:inflow") for n in junctions],
    )
    table(
        folder / "consumers.csv",
        "id,circuit,junction,flow",
        [(f"out {n}", "w", n, "series:outflow") for n in junctions],
    )
    write_hours(folder, network, (head, demand, status), held, junctions)
    (folder / "scenario.toml").write_text(scenario(network.options.hydraulic.viscosity))
    pressure = (head[list(junctions)] - np.array(list(junctions.values()))) * DENSITY
    return Solved(flow[[link[0] for link in links]], pressure * EPANET_GRAVITY)


def write_hours(
    folder: Path,
    network: Any,
    state: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    held: dict[str, float],
    junctions: dict[str, float],
) -> None:
    """Write heads, demands, pumps and what is shut, an hour a row."""
    head, demand, status = state
    names = list(junctions)
    series(
        folder / "head.csv",
        [f"held {n}" for n in held],
        head[list(held)] * DENSITY * EPANET_GRAVITY,
    )
    series(folder / "outflow.csv", [f"out {n}" for n in names], demand[names].clip(lower=0.0))
    series(folder / "inflow.csv", [f"in {n}" for n in names], -demand[names].clip(upper=0.0))
    series(folder / "ground_temperature.csv", ["all"], head.iloc[:, :1] * 0.0 + 20.0)
    pumps = list(network.pump_name_list)
    if pumps:
        rise = [
            head[network.get_link(n).end_node_name] - head[network.get_link(n).start_node_name]
            for n in pumps
        ]
        whole = pd.concat(rise, axis=1) * DENSITY * EPANET_GRAVITY
        series(folder / "rise.csv", [f"pump {n}" for n in pumps], whole)
        table(
            folder / "boosters.csv",
            "id,pipe,side,pressure_rise",
            [(f"pump {n}", n, "supply", "series:rise") for n in pumps],
        )
    shut = [n for n in network.link_name_list if (status[n] == 0).any()]
    if shut:
        series(folder / "open.csv", [f"valve {n}" for n in shut], (status[shut] != 0).astype(int))
        table(
            folder / "valves.csv",
            "id,pipe,side,is_open",
            [(f"valve {n}", n, "supply", "true") for n in shut],
        )


def sizes(link: Any) -> tuple[float, float, float]:
    """Return length, diameter and minor loss of a pipe; a pump has no length."""
    if link.link_type == "Pump":
        return 0.0, 1.0, 0.0
    return link.length, link.diameter, link.minor_loss


def scenario(viscosity: float) -> str:
    """Return a scenario with EPANET's water."""
    return f"""name = "epanet"
crs = "none"
[water]
model = "constant"
density = {DENSITY}
viscosity = {viscosity * EPANET_VISCOSITY * DENSITY:.12g}
heat_capacity = 4186.0
[friction]
heating = false
"""


def table(path: Path, header: str, rows: list[tuple[object, ...]]) -> None:
    """Write a table."""
    pd.DataFrame(rows, columns=header.split(",")).to_csv(path, index=False)


def series(path: Path, names: list[str], values: pd.DataFrame) -> None:
    """Write values by hour, with hours from the first as seconds."""
    frame = pd.DataFrame(values.to_numpy(), columns=names)
    frame.insert(0, "time_s", 3600.0 * (1.0 + np.arange(len(frame))))
    frame.to_csv(path, index=False)
