"""What a run is doing, on a terminal."""

import sys
from contextlib import ExitStack
from typing import Any

from ..solvers.compilation import USUAL, told_of_compiling


class Progress:
    """Shows the stage of a run while stderr is a terminal, and clears it afterwards.

    The first time that solvers have to be compiled it says so, and how long that takes.

    Parameters
    ----------
    quiet : bool
        Show nothing.
    """

    def __init__(self, *, quiet: bool) -> None:
        self.is_shown = sys.stderr.isatty() and not quiet
        self.status: Any = None
        self.ends = ExitStack()

    def __enter__(self) -> "Progress":
        if self.is_shown:
            from rich.console import Console

            self.status = self.ends.enter_context(Console(stderr=True).status("starting"))
            self.ends.enter_context(told_of_compiling(self.say_compiling))
        return self

    def __exit__(self, *_: object) -> None:
        self.ends.close()

    def show(self, stage: str) -> None:
        """Show the name of the stage that begins."""
        if self.status is not None:
            self.status.update(stage)

    def say_compiling(self) -> None:
        """Say that solvers are being compiled."""
        self.status.console.print(
            f"First run: compiling the solvers, once; all of them take {USUAL} "
            "(`warmtenet compile` does it ahead)"
        )
