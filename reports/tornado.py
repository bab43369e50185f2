"""Which assumptions move the answer: a tornado chart and its table."""

from textwrap import wrap

from ..studies.sensitivity import Outcome, SensitivityRow
from .blocks import Figure, Key, Section, Table
from .material import Material
from .number_text import SPACE, fixed, typeset
from .palette import BACKUP, INK, NETWORK
from .svg import Panel, Scale, document, fill, line, nice_range, rectangle, stroke, text, ticks

ROW = 38.0

LONGEST_LABEL = 46
"""Letters of a label on one line."""


def tornado_section(material: Material) -> Section | None:
    """Return the tornado, None without sensitivities."""
    rows = sorted(material.tornado, key=lambda row: row.swing, reverse=True)
    if not rows:
        return None
    blocks = (_figure(material, rows), _table(rows))
    return Section(id="tornado", title="What moves the answer", blocks=blocks)


def _figure(material: Material, rows: list[SensitivityRow]) -> Figure:
    outcomes = [outcome.freed_dwellings for r in rows for outcome in (r.low, r.base, r.high)]
    margin = 0.12 * (max(outcomes) - min(outcomes) or 1.0)
    low, high = nice_range(min(outcomes) - margin, max(outcomes) + margin, 6)
    bottom = 30.0 + ROW * len(rows)
    panel = Panel(Scale(low, high, 304.0, 900.0), Scale(0.0, 1.0, bottom, 24.0))
    panel.x_axis(ticks(low, high, 8), "freed dwellings")
    for rank, row in enumerate(rows):
        _bar(panel, row, 30.0 + ROW * rank)
    middle = panel.x(rows[0].base.freed_dwellings)
    panel.add(line((middle, 20.0), (middle, bottom), stroke(INK, 1.2)))
    words = f"as it stands: {fixed(rows[0].base.freed_dwellings)}"
    panel.add(text(middle, 14.0, words, 'class="note middle"'))
    case = material.case_label(material.backup or "base")
    return Figure(
        id="tornado-figure",
        title="Freed dwellings when one assumption moves",
        svg=document(920.0, bottom + 40.0, panel.parts, "Tornado chart"),
        caption=f"{case}; one assumption at a time between a low and a high value; "
        f"{material.weather}.",
        keys=(
            Key(label="Low value", color=BACKUP, shape="area"),
            Key(label="High value", color=NETWORK, shape="area"),
        ),
    )


def _bar(panel: Panel, row: SensitivityRow, top: float) -> None:
    base = panel.x(row.base.freed_dwellings)
    for outcome, color, y in ((row.low, BACKUP, top + 4), (row.high, NETWORK, top + 17)):
        end = panel.x(outcome.freed_dwellings)
        left, right = min(base, end), max(base, end)
        panel.add(rectangle(left, y, right - left, 12, fill(color)))
        side = "end" if end < base else "start"
        x = end - 5 if end < base else end + 5
        words = ", ".join(filter(None, [written(outcome.value), outcome.remark]))
        panel.add(text(x, y + 10, words, f'class="small {side} halo"'))
    lines = wrap(typeset(row.name), LONGEST_LABEL)[:2]
    for rank, words in enumerate(lines):
        y = top + 21 + 15 * (rank - (len(lines) - 1) / 2)
        panel.add(text(292.0, y, words, 'class="bar-label end"'))


def written(value: float | str) -> str:
    """Write a value of an assumption.

    Examples
    --------
    >>> written("night"), written(0.95)
    ('night', '0.95')
    """
    if isinstance(value, str):
        return value.replace("_", " ")
    return f"{value:.4g}".replace("-", "−")


def _table(rows: list[SensitivityRow]) -> Table:
    columns = ("Assumption", ">Low", ">As it stands", ">High", "Mark")
    return Table(
        title="",
        columns=(*columns, ">Freed, low", ">Freed, high", ">Swing"),
        rows=tuple(_row(row) for row in rows),
        caption=" ".join(filter(None, [_pool(rows), _notes(rows)])),
    )


def _pool(rows: list[SensitivityRow]) -> str:
    """Say what beside a figure means that the pool had to grow, or that heat is missing."""
    outcomes = [outcome for row in rows for outcome in (row.low, row.high)]
    words = []
    if any(outcome.units_added for outcome in outcomes):
        words.append(
            "“+1 unit”: with the plant's units alone heat would go unserved and flatter the "
            "network; so many of the same kind join the pool."
        )
    if any(outcome.remark.endswith("unserved") for outcome in [*outcomes, rows[0].base]):
        words.append("“unserved”: in the worst hour, however many units; it flatters the network.")
    if rows[0].base.remark:
        words.append(f"As it stands: {rows[0].base.remark}.")
    return " ".join(words)


def _notes(rows: list[SensitivityRow]) -> str:
    """Say once what several rows leave out."""
    names: dict[str, list[str]] = {}
    for row in rows:
        if row.note:
            names.setdefault(row.note, []).append(typeset(row.name))
    said = [f"Left out in “{'”, “'.join(who)}”: {note}." for note, who in names.items()]
    return " ".join(said)


def _row(row: SensitivityRow) -> tuple[str, ...]:
    unit = "" if row.unit in ("", "-", "1") else f"{SPACE}{row.unit}"
    values = [f"{written(outcome.value)}{unit}" for outcome in (row.low, row.base, row.high)]
    freed = [_freed(outcome) for outcome in (row.low, row.high)]
    return (typeset(row.name), *values, f"[{row.mark}]", *freed, fixed(row.swing))


def _freed(outcome: Outcome) -> str:
    remark = f" ({outcome.remark})" if outcome.remark else ""
    return f"{fixed(outcome.freed_dwellings)}{remark}"
