"""The public names, and that nobody waits for what they do not use."""

import json
import subprocess
import sys

import pytest

import warmtenet

NAMES = [
    "Boundary",
    "Circuit",
    "InvalidInputError",
    "Memory",
    "Scenario",
    "System",
    "WarmtenetError",
    "__version__",
    "compare",
    "dynamic",
    "load",
    "read_catalogue",
    "run",
    "simulate",
    "solve_dynamic",
    "solve_steady",
    "summarise",
    "synthetic_boundary",
    "synthetic_tree",
    "write_outputs",
]
SLOW = {"numba", "numpy", "pandas", "scipy", "geopandas", "xarray", "pydantic", "plotly"}


def modules_after(statement: str) -> set[str]:
    """Return the top-level modules of a fresh Python that ran a statement."""
    code = f"import json, sys\ntry:\n {statement}\nexcept SystemExit: pass\n"
    code += "print('\\n' + json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_public_names_are_these() -> None:
    assert warmtenet.__all__ == NAMES
    assert dir(warmtenet) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_loads_and_has_a_docstring(name: str) -> None:
    value = getattr(warmtenet, name)

    assert isinstance(value, str) or value.__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'warmtenet' has no attribute 'warm'"):
        _ = warmtenet.warm


def test_importing_the_package_loads_no_library() -> None:
    assert not modules_after("import warmtenet") & SLOW


def test_help_loads_no_library() -> None:
    loaded = modules_after("from warmtenet.cli import main; main(['--help'])")

    assert not loaded & SLOW


def test_version_of_the_package_is_that_of_its_metadata() -> None:
    from importlib.metadata import version

    assert version("warmtenet") == warmtenet.__version__
