"""Parts of a report page, before the template lays them out."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One entry of a legend: a swatch and its label.

    Parameters
    ----------
    label : str
        What it stands for.
    color : str
        CSS colour.
    shape : str
        ``"line"``, ``"dash"``, ``"dot"`` or ``"area"``.
    """

    label: str
    color: str
    shape: str = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing with its caption.

    Parameters
    ----------
    id : str
        Unique on the page.
    title : str
        What it shows, as a heading.
    svg : str
        The drawing.
    caption : str
        How to read it; names its weather.
    keys : tuple of Key
        Legend.
    data : mapping, optional
        For the page's script: what zooming and pointing need.
    is_half : bool
        Half the width of the page, two side by side.
    """

    id: str
    title: str
    svg: str
    caption: str
    keys: tuple[Key, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)
    is_half: bool = False
    kind: str = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; a column whose name starts with ``>`` is aligned to the right.

    Parameters
    ----------
    title : str
        Heading, may be empty.
    columns : tuple of str
        Headings of the columns.
    rows : tuple of tuple of str
        Cells, already written.
    caption : str
        Note under the table.
    style : str
        Extra CSS class.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    style: str = ""
    kind: str = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One figure that a council member remembers.

    Parameters
    ----------
    label, value, unit : str
        What, how much, of what.
    sentence : str
        What it means.
    style : str
        Extra CSS class: ``"network"``, ``"backup"``, ``"reference"``, ``"good"``.
    """

    label: str
    value: str
    unit: str
    sentence: str
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Cards side by side."""

    cards: tuple[Card, ...]
    kind: str = "cards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Paragraphs.

    Parameters
    ----------
    paragraphs : tuple of str
        Plain text, escaped by the template.
    style : str
        Extra CSS class: ``"lead"``, ``"note"``.
    """

    paragraphs: tuple[str, ...]
    style: str = ""
    kind: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Warnings and remarks, each with its weight.

    Parameters
    ----------
    entries : tuple of (str, str)
        Weight (``"bad"``, ``"note"``, ``"good"``) and sentence.
    """

    entries: tuple[tuple[str, str], ...]
    kind: str = "notices"


Block = Figure | Table | Cards | Text | Notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered part of the page.

    Parameters
    ----------
    id, title : str
        Anchor and heading.
    blocks : tuple of blocks
        In their order.
    breaks : bool
        Starts on a new sheet of paper.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    breaks: bool = False
