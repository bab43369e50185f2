"""The optional library pandapipes: whether it is there, and how it keeps quiet."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from ...model.errors import Fault, InvalidInputError
from ..cells import Verbatim

KELVIN = 273.15
"""Zero of the Celsius scale. [K]"""

BAR = 1e5
"""[Pa]"""

KEY = "warmtenet"
"""Of what travels with the network as a whole."""

CELL = "warmtenet_"
"""Prefix of the columns in which cells of ours travel."""


def cold_circuits(network: Any) -> set[str]:
    """Return the circuits of ours whose mode was cold when they were exported."""
    return set((network.get(KEY) or {}).get("cold", ()))


def is_installed() -> bool:
    """Return whether pandapipes can be imported."""
    return find_spec("pandapipes") is not None


def require_pandapipes() -> None:
    """Refuse to go on without pandapipes.

    Raises
    ------
    InvalidInputError
        With the command that installs it.
    """
    if not is_installed():
        rule = "pandapipes (python -m pip install 'warmtenet[pandapower]')"
        raise InvalidInputError(Fault("exchange", "library", Verbatim("(missing)"), rule))


@contextmanager
def quiet() -> Iterator[None]:
    """Silence the warnings and messages of pandapipes and its libraries."""
    logger = logging.getLogger("pandapipes")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
