"""Where and when water would boil."""

from pathlib import Path

import numpy as np
import pytest
from village import add_column, edit, write_village

from warmtenet.model.water import vapour_pressure
from warmtenet.networks.load import load
from warmtenet.solvers.simulate import simulate
from warmtenet.studies.boiling import find_boiling
from warmtenet.studies.limits import find_limits

HOURS = "time_s,all\n3600,10\n7200,10\n10800,10\n"
HOT = "time_s,boiler\n3600,90\n7200,118\n10800,90\n"


def write(folder: Path, static: str, supply: str = HOT) -> Path:
    write_village(folder, ground_temperature=HOURS, supply_temperature=supply)
    add_column(folder, "producers", "static_pressure", static)
    return folder


def test_boiling_names_junction_side_and_hour(tmp_path: Path) -> None:
    found = find_limits(simulate(load(write(tmp_path, "0.3 bar"))))

    assert found[0].startswith("circuit 'heat': junction 'tee' on the supply side has 0.")
    assert "bar gauge at 7200 s, its water of 11" in found[0]
    assert found[0].endswith(": raise static_pressure")
    assert "with the pumps at rest junction 'inn', 3 m above the plant" in found[1]


@pytest.mark.parametrize("static", ["0.3 bar", "0.35 bar", "0.5 bar", "2 bar"])
def test_what_boils_is_what_a_look_at_every_junction_finds(static: str, tmp_path: Path) -> None:
    simulation = simulate(load(write(tmp_path, static)), fields=True)
    year = simulation.cases["base"].circuits["heat"]
    limit = vapour_pressure(year.fields["junction_temperature"]) - 101325.0
    spare = year.fields["junction_pressure"] - limit

    plain = simulate(load(tmp_path))
    found = find_boiling(plain, plain.cases["base"].circuits["heat"])
    if found is None:
        assert spare.min() >= 0.0
    else:
        assert found.pressure - found.limit == pytest.approx(spare.min(), rel=1e-9)
        assert found.row == np.unravel_index(spare.argmin(), spare.shape)[0]


def test_a_high_junction_boils_with_the_pumps_at_rest_only(tmp_path: Path) -> None:
    folder = write(tmp_path, "2 bar", HOT.replace("118", "99"))
    edit(folder, "junctions.csv", "inn,200,0,43", "inn,200,0,65")
    found = find_limits(simulate(load(folder)))

    assert len(found) == 1
    assert found[0].startswith(
        "circuit 'heat': with the pumps at rest junction 'inn', 25 m above the plant, has -0.45"
    )
    assert found[0].endswith(": raise static_pressure to 2.4 bar or more")
