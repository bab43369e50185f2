"""A network of which no state has numbers is refused in a line, and no folder is left."""

from pathlib import Path

import pytest
from village import add_column, write_village

from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.load import load
from warmtenet.studies.run import run_scenario


@pytest.mark.parametrize("dynamic", [False, True], ids=["steady", "dynamic"])
def test_pipes_far_too_narrow_are_named(tmp_path: Path, *, dynamic: bool) -> None:
    folder = write_village(tmp_path / "village", ground_temperature="time_s,all\n3600,10\n")
    add_column(folder, "pipes", "inner_diameter", "1e-3")
    with pytest.raises(InvalidInputError) as caught:
        run_scenario(load(folder), tmp_path / "out", dynamic=dynamic)

    (line,) = str(caught.value).splitlines()
    assert line.startswith(
        "circuit 'heat': heat at 3600 s = (no number), expected flows that some"
    )
    assert " of 0.001 m, " in line
    assert not (tmp_path / "out").exists()
