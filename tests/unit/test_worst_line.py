"""The way to the worst consumer as data."""

from pathlib import Path

import numpy as np
import pytest
from line_factory import write_line
from village import edit, write_village

from warmtenet import dynamic
from warmtenet.networks.columns import RETURN, SUPPLY
from warmtenet.networks.load import load
from warmtenet.solvers.simulate import simulate
from warmtenet.studies.worst_line import WorstLine, way_to, worst_line_columns, worst_lines

TIMES = "time_s,all\n3600,10\n7200,10\n"


def lines_of(folder: Path) -> tuple[list[WorstLine], object]:
    simulation = simulate(load(folder), fields=True)
    return worst_lines(simulation), simulation.cases["base"]


def test_pressures_are_those_of_the_solved_hour(tmp_path: Path) -> None:
    (*_, line), case = lines_of(write_village(tmp_path, ground_temperature=TIMES))

    year = case.circuits["heat"]
    junctions = [year.circuit.junctions[k] for k in line.way.junctions]
    assert line.state == "peak"
    assert junctions[0] == "plant"
    assert junctions[-1] == line.consumer
    pressure = year.fields["junction_pressure"][line.row]
    assert line.supply == pytest.approx(pressure[line.way.junctions, SUPPLY], rel=1e-12)
    assert line.back == pytest.approx(pressure[line.way.junctions, RETURN], rel=1e-12)
    assert line.supply[-1] - line.back[-1] == pytest.approx(5e4)


def test_the_way_follows_the_largest_flow_upstream(tmp_path: Path) -> None:
    folder = write_village(tmp_path, ground_temperature=TIMES)
    edit(
        folder,
        "pipes.csv",
        "P-4,heat,farm,inn,60,steel-twin-S2-DN25\n",
        "P-4,heat,farm,inn,60,steel-twin-S2-DN25\nP-5,heat,mill,inn,140,steel-twin-S2-DN80\n",
    )
    circuit = load(folder).circuits["heat"]

    few = way_to(circuit, "inn")
    flow = np.array([1.0, 0.9, 0.1, 0.1, 0.8])
    much = way_to(circuit, "inn", flow)
    assert few is not None
    assert much is not None
    assert [circuit.pipe_ids[k] for k in much.pipes] == ["P-1", "P-2", "P-5"]
    assert much.distance.tolist() == [0.0, 80.0, 130.0, 270.0]


def test_a_one_line_network_ends_at_its_lowest_pressure(tmp_path: Path) -> None:
    (line,), _ = lines_of(
        write_line(
            tmp_path,
            junctions="id,x,y,elevation\na,0,0,12\nb,1,0,4\nc,2,0,9\n",
            pipes="P1,w,a,b,200,0.06,0.4,1e-4 P2,w,b,c,80,0.05,0.4,1e-4",
            consumers="id,circuit,junction,flow\nk1,w,b,3\nk2,w,c,1\n",
            producers="id,circuit,junction,role,supply_temperature,pressure\nA,w,a,pressure,60,2e5\n",
        )
    )

    columns = worst_line_columns([line])
    assert line.consumer == "k2"
    assert columns["junction"] == ["a", "b", "c"]
    assert columns["pipe"] == ["", "P1", "P2"]
    assert columns["supply_pressure_bar"][0] == pytest.approx(2.0)
    assert np.isnan(columns["return_pressure_bar"]).all()


@pytest.mark.parametrize("interpolation", ["step", "linear"])
def test_a_dynamic_peak_has_the_pressures_of_its_step(tmp_path: Path, interpolation: str) -> None:
    instants = [*range(0, 36_000, 3600), *range(36_000, 37_200, 60)]
    heat = "time_s,mill,farm,inn\n" + "".join(
        f"{at},{40_000 * (at > 36_000)},{20_000 * (at > 36_000)},{100 + 8900 * (at > 36_000)}\n"
        for at in instants
    )
    ground = "time_s,all\n0,9\n37140,9\n"
    folder = write_village(tmp_path, heat=heat, ground_temperature=ground)
    system = load(folder, [f"time.interpolation={interpolation}"])
    kept = dynamic(system, fields=True)

    year = kept.cases["base"].circuits["heat"]
    line = worst_lines(kept)[-1]
    assert line.state == "peak"
    fields = year.fields["junction_pressure"]
    at = line.row + len(fields) - len(year.heat_loss)
    assert line.supply.tolist() == fields[at, line.way.junctions, SUPPLY].tolist()
    solved = worst_lines(dynamic(system))[-1]
    head = float(np.ptp(line.supply))
    assert solved.row == line.row
    assert solved.supply == pytest.approx(line.supply, abs=0.1 * head)  # colder water rubs more
    steady = worst_lines(simulate(system))[-1]
    assert np.ptp(steady.supply) < 0.7 * head  # what stood in the pipes comes first, and is cold
