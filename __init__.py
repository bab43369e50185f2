"""warmtenet: size and judge district heating and cooling networks.

The public names are loaded when they are first used, so that ``warmtenet --help`` waits for no
compiler.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model.catalogue import read_catalogue
    from .model.errors import InvalidInputError, WarmtenetError
    from .model.scenario import Scenario
    from .networks.boundary import Boundary
    from .networks.columns import Circuit
    from .networks.load import load
    from .networks.synthetic import synthetic_boundary, synthetic_tree
    from .networks.system import System
    from .reports.run import run
    from .results.summary import summarise
    from .results.write import write_outputs
    from .solvers.dynamic import solve_dynamic
    from .solvers.simulate import dynamic, simulate
    from .solvers.steady import solve_steady
    from .solvers.tree_memory import Memory
    from .studies.comparison import compare

__version__ = "0.1.0"

__all__ = [
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

_HOMES = {
    "Boundary": ".networks.boundary",
    "Circuit": ".networks.columns",
    "InvalidInputError": ".model.errors",
    "Memory": ".solvers.tree_memory",
    "Scenario": ".model.scenario",
    "System": ".networks.system",
    "WarmtenetError": ".model.errors",
    "compare": ".studies.comparison",
    "dynamic": ".solvers.simulate",
    "load": ".networks.load",
    "read_catalogue": ".model.catalogue",
    "run": ".reports.run",
    "simulate": ".solvers.simulate",
    "solve_dynamic": ".solvers.dynamic",
    "solve_steady": ".solvers.steady",
    "summarise": ".results.summary",
    "synthetic_boundary": ".networks.synthetic",
    "synthetic_tree": ".networks.synthetic",
    "write_outputs": ".results.write",
}


def __getattr__(name: str) -> object:
    """Load a public name from the module that defines it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, loaded or not."""
    return sorted(__all__)
