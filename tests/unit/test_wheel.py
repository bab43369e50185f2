"""The wheel holds every module and data file of the tree, and nothing else."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("model", "networks", "profiles", "solvers", "results", "studies", "reports")
LEFTOVERS = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*", "build", "dist", "out")


def product_files() -> set[str]:
    """Return the files of the tree that a user needs, as the wheel should name them."""
    top = [path for path in ROOT.glob("*.py")] + [ROOT / "py.typed"]
    inner = [path for layer in LAYERS for path in (ROOT / layer).rglob("*") if path.is_file()]
    kept = [path for path in top + inner if "__pycache__" not in path.parts]
    return {f"warmtenet/{path.relative_to(ROOT).as_posix()}" for path in kept}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the tree, without reaching for the network."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "tree", ignore=LEFTOVERS)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    command += ["--no-index", "--wheel-dir", str(folder), str(folder / "tree")]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


def test_wheel_and_tree_hold_the_same_files(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert packed == product_files()


def test_wheel_carries_the_licence(wheel: Path) -> None:
    assert any(name.endswith("/LICENSE") for name in zipfile.ZipFile(wheel).namelist())
