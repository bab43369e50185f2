"""Every error a user can meet.

WarmtenetError
└── InvalidInputError     the user's data breaks rules; one line for each fault, all at once
"""

from collections.abc import Iterable
from dataclasses import dataclass, field


class WarmtenetError(Exception):
    """Base of all errors raised on purpose, so that one ``except`` catches them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that breaks one rule.

    Parameters
    ----------
    item : str
        What the value belongs to, as the user calls it, e.g. ``"pipe 'P-12'"``.
    field : str
        Name of the offending field, spelled as in the input.
    value : object
        The value as it was given.
    rule : str
        What would have been accepted, e.g. ``"a length above 0 m"``.

    Examples
    --------
    >>> print(Fault("pipe 'P-12'", "length", -3.0, "a length above 0 m"))
    pipe 'P-12': length = -3.0, expected a length above 0 m
    """

    item: str
    field: str
    value: object
    rule: str

    def __str__(self) -> str:
        line = f"{self.item}: {self.field} = {self.value!r}, expected {self.rule}"
        return " ".join(line.split())


class InvalidInputError(WarmtenetError, ValueError):
    """Values given by the user break rules.

    Parameters
    ----------
    *faults : Fault
        Every fault that was found, in the order of the input.

    Examples
    --------
    >>> print(InvalidInputError(Fault("pipe 'P-12'", "length", -3.0, "a length above 0 m")))
    pipe 'P-12': length = -3.0, expected a length above 0 m
    """

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


@dataclass(slots=True)
class Faults:
    """Collects faults while an input is checked, so that all are reported together.

    Examples
    --------
    >>> faults = Faults()
    >>> faults.add("pipe 'P-12'", "length", -3.0, "a length above 0 m")
    >>> [str(fault) for fault in faults.found]
    ["pipe 'P-12': length = -3.0, expected a length above 0 m"]
    """

    found: list[Fault] = field(default_factory=list)

    def add(self, item: str, name: str, value: object, rule: str) -> None:
        """Note that ``item`` has a ``value`` of field ``name`` that breaks ``rule``."""
        self.found.append(Fault(item, name, value, rule))

    def extend(self, faults: Iterable[Fault]) -> None:
        """Note faults that were found elsewhere."""
        self.found.extend(faults)

    def raise_any(self) -> None:
        """Raise `InvalidInputError` with every fault, if there is one."""
        if self.found:
            raise InvalidInputError(*self.found)
