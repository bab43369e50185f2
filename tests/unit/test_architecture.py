"""The layers, lowest first; a module imports from its own layer or a lower one."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = [
    "model",
    "networks",
    "profiles",
    "solvers",
    "results",
    "studies",
    "reports",
    "cli_parser",
    "cli_studies",
    "cli",
    "__init__",
    "__main__",
]
FOLDERS = LAYERS[: LAYERS.index("cli_parser")]
TOP = [ROOT / f"{name}.py" for name in LAYERS[LAYERS.index("cli_parser") :]]
MODULES = [path for layer in FOLDERS for path in sorted((ROOT / layer).rglob("*.py"))] + TOP
KERNELS = sorted((ROOT / "solvers" / "kernels").glob("*.py"))
COLUMN_TYPES = ("/solvers/kernels", "/networks/columns", "/model/water")
KERNELS_MAY_IMPORT = {"math", "numpy", "numba", "typing"}
COMPILER_MAY_IMPORT = KERNELS_MAY_IMPORT | {"collections", "hashlib", "os", "sys", "pathlib"}
HEAVY = {"geopandas", "pyogrio", "shapely", "plotly", "jinja2", "pandapipes", "pandapower"}
HEAVY |= {"xarray", "pyarrow", "networkx", "iapws"}
MOST_LINES = 400


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_in(nodes: Iterator[ast.AST], folder: tuple[str, ...]) -> list[str]:
    """Return what the nodes import: ours as a path from the root, with a leading slash."""
    names: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            ours = folder[: len(folder) - node.level + 1]
            modules = [node.module] if node.module else [alias.name for alias in node.names]
            names += ["/".join(["", *ours, *module.split(".")]) for module in modules]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names


def imported(path: Path) -> list[str]:
    """Return what a module imports, wherever in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return imports_in(ast.walk(tree), path.relative_to(ROOT).parts[:-1])


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs when a module is imported (not what only a type checker reads)."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from outside_functions(child)


def imported_at_once(path: Path) -> list[str]:
    """Return what a module imports when it is imported itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return imports_in(outside_functions(tree), path.relative_to(ROOT).parts[:-1])


def declared() -> set[str]:
    """Return the import names of everything that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = project["dependencies"] + extras["pandapower"] + extras["report"] + extras["epanet"]
    names = {re.split(r"[<>=\[ ]", name)[0].replace("-", "_") for name in wanted}
    return names | {"pydantic_core"}  # one with pydantic, which pins it exactly


def test_every_declared_library_is_used() -> None:
    used = {name.split(".")[0] for path in MODULES for name in imported(path)}

    # One comes with pandapipes and is named for its extra, the other wntr forgets to ask for.
    assert declared() - used == {"pandapower", "six"}


def test_every_folder_with_modules_is_a_layer() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert found == set(FOLDERS)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_imports_from_a_higher_layer(path: Path) -> None:
    own = LAYERS.index(path.relative_to(ROOT).with_suffix("").parts[0])
    reached = [name.split("/")[1] for name in imported(path) if name.startswith("/")]
    reached = [name for name in reached if name != "__version__"]  # the root's one constant

    assert [layer for layer in reached if LAYERS.index(layer) > own] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_package_names_itself_only_by_relative_imports(path: Path) -> None:
    absolute = {name.split(".")[0] for name in imported(path) if not name.startswith("/")}

    assert not absolute & {"warmtenet", *LAYERS}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_library_is_declared(path: Path) -> None:
    absolute = {name.split(".")[0] for name in imported(path) if not name.startswith("/")}

    assert absolute <= declared() | set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    at_once = {name.split(".")[0] for name in imported_at_once(path)}

    assert not at_once & HEAVY


@pytest.mark.parametrize("path", KERNELS, ids=name_of)
def test_kernels_import_nothing_but_numbers(path: Path) -> None:
    allowed = COMPILER_MAY_IMPORT if path.name == "compile.py" else KERNELS_MAY_IMPORT
    ours = [name for name in imported(path) if name.startswith("/")]
    foreign = {name.split(".")[0] for name in imported(path) if not name.startswith("/")}

    assert foreign <= allowed
    assert [n for n in ours if not n.startswith(COLUMN_TYPES)] == []


PARTS = {
    node.name
    for path in KERNELS
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef)
    and any(isinstance(by, ast.Name) and by.id == "part" for by in node.decorator_list)
}


@pytest.mark.parametrize("path", [p for p in MODULES if p not in KERNELS], ids=name_of)
def test_only_kernels_call_parts_of_kernels(path: Path) -> None:
    assert len(PARTS) > 80
    tree = ast.parse(path.read_text(encoding="utf-8"))
    taken = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and "kernels" in (node.module or "").split(".")
        for alias in node.names
    }
    assert not taken & PARTS


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
