"""The one place that decides how kernels are compiled and where the result is kept.

Numba notices a change of a kernel's own file, not of the kernels it calls in other files, and
a package folder may be read-only: so the cache stands in a user folder named by a hash of this
whole folder and of what compiled it. This is set before the first kernel is made.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba import config, njit, types
from numba.core import codegen


def cache_folder() -> Path:
    """Return the folder in which the compiled kernels of this very source are kept."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    versions = f"{sys.version} {numba.__version__} {np.__version__}"
    digest.update(versions.encode())
    root = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(root) if root else Path.home() / ".cache"
    return home / "warmtenet" / f"kernels-{digest.hexdigest()[:16]}"


if not os.environ.get("NUMBA_CACHE_DIR"):
    vars(config)["CACHE_DIR"] = str(cache_folder())

WIDE = "+avx512vbmi2"
"""Processors that have this run at full speed with vectors of eight values (those before slow
down); compilers still choose four for most of them."""

known: str = cast(Any, codegen).get_host_cpu_features()
if vars(config)["CPU_FEATURES"] is None and WIDE in known.split(","):
    vars(config)["CPU_FEATURES"] = f"{known},-prefer-256-bit"

CONTRACT = {"contract"}
"""Multiply and add in one rounding: twice as fast, and no less exact. All else stays strict."""

OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": CONTRACT,
    "_nrt": False,
}
"""Of all kernels. They allocate nothing, so that numba need not count who holds their arrays: it
would count once more for every array of a table in every pass of a loop, atomically."""

INSIDE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Of parts of kernels: no code that takes Python's objects apart, a quarter of all compiling."""

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Decorate a kernel called from Python."""
    compiled: Any = njit(function, cache=True, **OPTIONS)
    return cast(Function, compiled)


def part(function: Function) -> Function:
    """Decorate a part of a kernel that is compiled apart: only kernels call it."""
    compiled: Any = njit(function, cache=True, **OPTIONS, **INSIDE)
    if not vars(config)["DISABLE_JIT"]:
        _compile_once(compiled)
    return cast(Function, compiled)


def _compile_once(compiled: Any) -> None:
    """Let a constant that is passed count as its type: numba compiles anew for each constant."""
    template = compiled.get_call_template
    plain = cast(Any, types).unliteral

    def of_types(args: Any, keywords: Any) -> Any:
        return template(list(map(plain, args)), {k: plain(v) for k, v in keywords.items()})

    compiled.get_call_template = of_types


def inline(function: Function) -> Function:
    """Decorate a formula that is written into the kernels that use it."""
    compiled: Any = njit(function, inline="always", **OPTIONS)
    return cast(Function, compiled)
