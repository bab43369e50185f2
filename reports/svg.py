"""Drawing in SVG: scales, ticks, paths; vector on screen and on paper, without a library."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
import numpy.typing as npt

from ..networks.columns import FloatArray
from .palette import INK, MUTED, RULE

SHORT_UNIT = 5
"""Letters of a unit that fit beside the axis."""

Numbers = FloatArray | Sequence[float]


@dataclass(frozen=True, slots=True)
class Scale:
    """Straight line from values to pixels.

    Parameters
    ----------
    low, high : float
        Values at both ends.
    start, end : float
        Pixels at both ends.

    Examples
    --------
    >>> Scale(0.0, 10.0, 100.0, 200.0)(5.0)
    150.0
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        span = (self.high - self.low) or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)

    def all(self, values: Numbers) -> FloatArray:
        """Return the pixels of many values."""
        span = (self.high - self.low) or 1.0
        pixels = self.start + (np.asarray(values, dtype=float) - self.low) / span * (
            self.end - self.start
        )
        return np.asarray(pixels, dtype=float)


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return round values between ``low`` and ``high``, about ``count`` of them.

    Examples
    --------
    >>> ticks(0.0, 1234.0)
    [0.0, 250.0, 500.0, 750.0, 1000.0]
    """
    if not high > low:
        return [low]
    rough = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.99)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 10) + 0.0 for index in range(first, last + 1)]


TINY = 1e-8
"""Values that differ by less are one: ticks are rounded to ten decimals."""


def nice_range(low: float, high: float, count: int = 5) -> tuple[float, float]:
    """Widen a range to round values.

    Examples
    --------
    >>> nice_range(0.0, 1234.0)
    (0.0, 1250.0)
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    if not high - low > TINY:
        return low, low + 1.0
    steps = ticks(low, high, count)
    step = steps[1] - steps[0] if len(steps) > 1 else high - low
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def points(x: Numbers, y: Numbers) -> str:
    """Write points as the body of a path.

    Examples
    --------
    >>> points([0, 1.04], [2, 3])
    '0,2L1,3'
    """
    across = np.asarray(x, dtype=float).round(1).tolist()
    down = np.asarray(y, dtype=float).round(1).tolist()
    return "L".join([f"{_short(a)},{_short(b)}" for a, b in zip(across, down, strict=True)])


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def path(x: Numbers, y: Numbers, style: str) -> str:
    """Draw a line through points; gaps where values are NaN."""
    height = np.asarray(y, dtype=float)
    pieces = [
        "M" + points(np.asarray(x, dtype=float)[piece], height[piece])
        for piece in runs(np.isfinite(height))
    ]
    return f'<path d="{"".join(pieces)}" fill="none" {style}/>' if pieces else ""


def runs(keep: npt.NDArray[np.bool_]) -> list[slice]:
    """Return the stretches where ``keep`` is true.

    Examples
    --------
    >>> runs(np.array([True, True, False, True]))
    [slice(0, 2, None), slice(3, 4, None)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], keep.astype(np.int8), [0]])))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def band(x: Numbers, low: Numbers, high: Numbers, style: str) -> str:
    """Fill the space between two lines."""
    places = np.asarray(x, dtype=float)
    top, bottom = np.asarray(high, dtype=float), np.asarray(low, dtype=float)
    there = points(places, top)
    back = points(places[::-1], bottom[::-1])
    return f'<path d="M{there}L{back}Z" stroke="none" {style}/>'


def rectangle(x: float, y: float, width: float, height: float, style: str) -> str:
    """Draw a rectangle."""
    return (
        f'<rect x="{_short(x)}" y="{_short(y)}" width="{_short(max(width, 0.0))}" '
        f'height="{_short(max(height, 0.0))}" {style}/>'
    )


def line(start: tuple[float, float], end: tuple[float, float], style: str) -> str:
    """Draw a straight line."""
    return (
        f'<line x1="{_short(start[0])}" y1="{_short(start[1])}" '
        f'x2="{_short(end[0])}" y2="{_short(end[1])}" {style}/>'
    )


def text(x: float, y: float, words: str, style: str = "") -> str:
    """Write words at a place."""
    return f'<text x="{_short(x)}" y="{_short(y)}" {style}>{escape(words)}</text>'


def stroke(color: str, width: float = 1.6, dash: str = "") -> str:
    """Return the style of a line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{color}" stroke-width="{width}" stroke-linejoin="round"{dashes}'


def fill(color: str, opacity: float = 1.0) -> str:
    """Return the style of an area."""
    return f'fill="{color}"' + (f' fill-opacity="{opacity}"' if opacity < 1.0 else "")


def document(width: float, height: float, parts: Iterable[str], label: str) -> str:
    """Wrap parts in an SVG that scales with the page; ``label`` is read aloud."""
    return (
        f'<svg viewBox="0 0 {_short(width)} {_short(height)}" role="img" '
        f'aria-label="{escape(label)}" preserveAspectRatio="xMidYMid meet">{"".join(parts)}</svg>'
    )


@dataclass(slots=True)
class Panel:
    """A plot area with axes; parts collect in the order they are drawn.

    Parameters
    ----------
    x, y : Scale
        Scales of both axes; ``y.start`` is the bottom.
    parts : list of str
        What was drawn.
    """

    x: Scale
    y: Scale
    parts: list[str] = field(default_factory=list)

    def add(self, part: str) -> None:
        """Draw one more part."""
        self.parts.append(part)

    def y_axis(self, values: Sequence[float], unit: str, labels: Sequence[str] = ()) -> None:
        """Draw grid lines with their values, and the unit above the axis."""
        written = labels or [_tick_text(value, values) for value in values]
        for value, label in zip(values, written, strict=True):
            height = self.y(value)
            color = INK if value == 0.0 else RULE
            self.add(line((self.x.start, height), (self.x.end, height), stroke(color, 0.8)))
            self.add(text(self.x.start - 7, height + 4, label, 'class="tick end"'))
        if len(unit) > SHORT_UNIT:
            self.add(text(self.x.start - 48, self.y.end - 12, unit, 'class="unit"'))
        else:
            self.add(text(self.x.start - 7, self.y.end - 12, unit, 'class="unit end"'))

    def x_axis(
        self,
        values: Sequence[float],
        unit: str,
        labels: Sequence[str] = (),
        *,
        between: bool = False,
    ) -> None:
        """Draw ticks below the panel, values at or ``between`` them, and the unit at the end."""
        written = labels or [_tick_text(value, values) for value in values]
        base = self.y.start
        self.add(line((self.x.start, base), (self.x.end, base), stroke(INK, 0.8)))
        places = [self.x(value) for value in values]
        middles = [(a + b) / 2 for a, b in zip(places, [*places[1:], self.x.end], strict=True)]
        for place, name, label in zip(
            places, middles if between else places, written, strict=True
        ):
            self.add(line((place, base), (place, base + 4), stroke(INK, 0.8)))
            self.add(text(name, base + 17, label, 'class="tick middle"'))
        if unit:
            self.add(text(self.x.end, base + 33, unit, 'class="unit end"'))

    def curve(self, x: Numbers, y: Numbers, style: str) -> None:
        """Draw a line through values."""
        self.add(path(self.x.all(x), self.y.all(y), style))

    def area(self, x: Numbers, low: Numbers, high: Numbers, style: str) -> None:
        """Fill between two curves."""
        self.add(band(self.x.all(x), self.y.all(low), self.y.all(high), style))

    def level(self, value: float, label: str, color: str = MUTED) -> None:
        """Draw a dashed line at a value, with a label in its middle."""
        height = self.y(value)
        self.add(line((self.x.start, height), (self.x.end, height), stroke(color, 1.0, "5 3")))
        style = f'class="note middle halo" fill="{color}"'
        self.add(text((self.x.start + self.x.end) / 2, height - 4, label, style))

    def bars(self, x: float, width: float, parts: Sequence[tuple[float, str]]) -> None:
        """Stack bars at a place: positive values upwards, negative ones downwards."""
        up = down = 0.0
        for value, color in parts:
            low = up if value >= 0.0 else down + value
            high = low + abs(value)
            style = fill(color)
            top, bottom = self.y(high), self.y(low)
            self.add(rectangle(self.x(x) - width / 2, top, width, bottom - top, style))
            up, down = (high, down) if value >= 0.0 else (up, low)


def _tick_text(value: float, values: Sequence[float]) -> str:
    decimals = next((n for n in range(9) if _are_written(values, n)), 9)
    return f"{value:,.{decimals}f}".replace("-", "−")


def _are_written(values: Sequence[float], decimals: int) -> bool:
    return all(abs(round(value, decimals) - value) <= 1e-9 * abs(value) for value in values)
