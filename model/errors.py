"""Every error a user can meet.

WarmtenetError
└── InvalidInputError     the user's data breaks rules; one line for each fault, all at once
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

MOST_ALIKE = 3
"""So many faults that differ in one name alone have a line each; more have one together."""


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


def message_lines(faults: Sequence[Fault]) -> list[str]:
    """Return a line for each fault; many that differ in their item or field alone share one.

    Parameters
    ----------
    faults : sequence of Fault
        In the order of the input.

    Returns
    -------
    list of str
        In the order in which the first of each was found.

    Examples
    --------
    >>> rule = "a length above 0 m"
    >>> print(*message_lines([Fault(f"pipe 'P-{k}'", "length", 0.0, rule) for k in range(9)]))
    pipe 'P-0' and 8 more: length = 0.0, expected a length above 0 m
    """
    items = Counter(_without_item(fault) for fault in faults)
    fields = Counter(_without_field(fault) for fault in faults)
    lines: dict[Hashable, str] = {}
    for place, fault in enumerate(faults):
        by_item, by_field = _without_item(fault), _without_field(fault)
        if items[by_item] > MOST_ALIKE:
            together = replace(fault, item=f"{fault.item} and {items[by_item] - 1} more")
            lines.setdefault(by_item, str(together))
        elif fields[by_field] > MOST_ALIKE:
            together = replace(fault, field=f"{fault.field} and {fields[by_field] - 1} more")
            lines.setdefault(by_field, str(together))
        else:
            lines[place] = str(fault)
    return list(lines.values())


def _without_item(fault: Fault) -> Hashable:
    """Return what equal faults of other rows share: all but the id or number of the item."""
    kind = re.sub(r"'[^']*'|[0-9]+", "", fault.item)
    return "items", kind, fault.field, repr(fault.value), fault.rule


def _without_field(fault: Fault) -> Hashable:
    return "fields", fault.item, repr(fault.value), fault.rule


class InvalidInputError(WarmtenetError, ValueError):
    """Values given by the user break rules.

    Parameters
    ----------
    *faults : Fault
        Every fault that was found, in the order of the input. The message has a line for each;
        many of one kind share a line, see `message_lines`.

    Examples
    --------
    >>> print(InvalidInputError(Fault("pipe 'P-12'", "length", -3.0, "a length above 0 m")))
    pipe 'P-12': length = -3.0, expected a length above 0 m
    """

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("\n".join(message_lines(faults)))


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
