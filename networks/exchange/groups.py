"""Which junctions of a network hang together."""

from collections.abc import Hashable, Iterable


class Groups:
    """Sets of things that are joined in pairs.

    Examples
    --------
    >>> groups = Groups(["a", "b", "c"])
    >>> groups.join("a", "b")
    >>> groups.of("a") == groups.of("b"), groups.of("a") == groups.of("c")
    (True, False)
    """

    __slots__ = ("_parent",)

    def __init__(self, members: Iterable[Hashable]) -> None:
        self._parent = {member: member for member in members}

    def of(self, member: Hashable) -> Hashable:
        """Return what stands for the group of a member."""
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def join(self, one: Hashable, other: Hashable) -> None:
        """Make one group of the groups of two members."""
        self._parent[self.of(other)] = self.of(one)
