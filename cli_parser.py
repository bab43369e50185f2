"""Parser of the command line: a fault in one line like every other, all at once."""

import argparse
import re
from typing import Any, NoReturn, cast

BAD_INPUT = 2
"""Exit status."""

PARSER_FAULTS = (
    (
        r"^argument (\S+): invalid choice: (.*) \(choose from (.*)\)$",
        r"\1 = \2, expected one of \3",
    ),
    (r"^argument (\S+): expected one argument$", r"\1 = (missing), expected a value"),
    (r"^argument (\S+): ignored explicit argument (.*)$", r"\1 = \2, expected no value"),
    (r"^argument (\S+): (.*), expected (.*)$", r"\1 = \2, expected \3"),
    (r"^the following arguments are required: (.*)$", r"\1 = (missing), expected a value"),
    (r"^unrecognized arguments: (.*)$", r"arguments = '\1', expected no such arguments"),
    (r"^ambiguous option: (\S+) could match (.*)$", r"option = '\1', expected one of \2"),
)
"""What argparse says, and how we say it."""


class Parser(argparse.ArgumentParser):
    """Tells faults of the command line in a line each like all others, without the usage."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.faults: list[str] = []

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        """Return an argument's value, or note its fault: those of others are told, too."""
        try:
            return cast(Any, super())._get_value(action, arg_string)
        except argparse.ArgumentError as error:
            self.faults.append(str(error))
            return None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse what is known, and leave if any of it is at fault."""
        found = super().parse_known_args(args, namespace)
        if self.faults:
            rest = " ".join(found[1])
            more = [f"unrecognized arguments: {rest}"] if rest else []
            self.exit(BAD_INPUT, "".join(map(self._line, [*self.faults, *more])))
        return found

    def error(self, message: str) -> NoReturn:
        """Print the faults and leave."""
        self.exit(BAD_INPUT, "".join(map(self._line, [*self.faults, message])))

    def _line(self, message: str) -> str:
        for pattern, line in PARSER_FAULTS:
            message = re.sub(pattern, line, message, flags=re.DOTALL)
        where = self.prog.rpartition(" ")[2]
        return f"{where}: {' '.join(message.split())} (see `{self.prog} --help`)\n"
