"""An output never takes the place of what somebody else wrote, however its way there is spelt."""

from pathlib import Path

import pytest
from village import fault_lines, write_village

from warmtenet.model.errors import InvalidInputError
from warmtenet.networks.exchange.folder import import_pandapipes
from warmtenet.networks.template_copy import write_template
from warmtenet.results.manifest import FILE
from warmtenet.results.whole_folder import check_folder, whole_folder
from warmtenet.results.write import room_beside


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with a file of its user's."""
    (tmp_path / "precious.csv").write_text("mine")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("way", ["out/..", "out/.", ".", "", "a/../b/.."])
def test_a_way_that_comes_back_replaces_nothing(home: Path, way: str) -> None:
    target = Path(way) if way != "out/." else home / "." / "x" / ".."
    with pytest.raises(InvalidInputError, match=r"^output: --out = .*, expected a new folder, or"):
        check_folder(target)
    with pytest.raises(InvalidInputError), whole_folder(target):
        raise AssertionError("nothing may be written")

    assert (home / "precious.csv").read_text() == "mine"


def test_what_came_while_the_run_went_on_is_kept(home: Path) -> None:
    target = home / "out"

    def meet() -> None:
        with whole_folder(target) as unfinished:
            (unfinished / FILE).write_text("{}")
            target.mkdir()
            (target / "theirs.txt").write_text("theirs")

    with pytest.raises(InvalidInputError):
        meet()

    assert [path.name for path in target.iterdir()] == ["theirs.txt"]
    assert sorted(path.name for path in home.iterdir()) == ["out", "precious.csv"]


def test_a_template_is_not_written_over_a_way_back(home: Path) -> None:
    with pytest.raises(
        InvalidInputError, match=r"FOLDER = 'new/\.\.', expected a new or an empty"
    ):
        write_template(Path("new/.."))
    with pytest.raises(
        InvalidInputError, match=r"FOLDER = 'new/\.\.', expected a new or an empty"
    ):
        import_pandapipes(Path("net.json"), Path("new/.."))

    assert [path.name for path in home.iterdir()] == ["precious.csv"]


def test_a_root_has_room_for_scratch() -> None:
    assert room_beside(Path("/")) == Path("/")


@pytest.mark.parametrize("name", [".", "..", "..."])
def test_dots_are_no_name(tmp_path: Path, name: str) -> None:
    assert fault_lines(write_village(tmp_path), f"name={name}") == [
        f"--set: name = '{name}', expected letters, digits, '_', '.' and '-' only, not dots alone"
    ]
