"""Series in the steps of a run: read where they stand, as means where steps see several rows."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..networks.columns import BoolArray, FloatArray, IntArray
from ..networks.system import Series
from .clock import HOUR, Clock, marks_ends, row_step, year_rows
from .step_mean import ROUNDING, mean_over, straddles

AnyArray = npt.NDArray[Any]

STRAIGHT = 1e-9
"""Share of what rows differ by, by which a line bends that counts as straight. [1]"""


def read_series(
    series: Series, column: FloatArray, clock: Clock, interpolation: str, *, means: bool = True
) -> FloatArray:
    """Return the values of a series in the steps of a run.

    Parameters
    ----------
    series : Series
        For its clock and rows.
    column : array of float, shape (rows,) or (rows, columns)
        Values of the series.
    clock : Clock
        Of the run.
    interpolation : str
        ``"step"`` or ``"linear"``.
    means : bool
        Whether steps that see more than one row have their mean; else each reads one instant, as
        words do.

    Returns
    -------
    array of float, shape (hours,) or (hours, columns)
        In the series' unit.

    Notes
    -----
    Rows that hold count with the time that a step has of them. With ``linear`` values hold at
    the instants of the states; where rows lie between two of these, both have means of the line
    there, so that the sum stays that of the line, and no state is outside of the rows.
    """
    reading = clock.reading(interpolation)
    if series.clock == "hours" and reading.times is not None:
        rows = year_rows(reading.times, len(series.instants))
        if _reads_whole_rows(clock, interpolation):
            return column if _is_whole(rows, len(column)) else column[rows]
    at = _seconds_of(series, reading)
    if interpolation == "linear":
        values = _interpolated(at, series.instants, column)
        return _with_line_means(values, (series, column), clock, at) if means else values
    if series.clock == "time_s" or marks_ends(series):
        rows = np.searchsorted(series.instants, at - ROUNDING, side="left")
    else:
        rows = np.searchsorted(series.instants, at, side="right") - 1
    held: FloatArray = column[np.clip(rows, 0, len(column) - 1)]
    return _with_row_means(held, (series, column), clock, at) if means else held


def _reads_whole_rows(clock: Clock, interpolation: str) -> bool:
    """Return whether each step lies within an hour of the year, so that it reads its row."""
    if interpolation == "linear":
        return bool((clock.duration == HOUR).all())
    if clock.duration.max() > HOUR + ROUNDING or clock.times is None:
        return False
    into = np.asarray((clock.times - clock.times.floor("h")).total_seconds(), dtype=np.float64)
    return bool((into + clock.duration <= HOUR + ROUNDING).all())


def _with_row_means(
    held: FloatArray, given: tuple[Series, FloatArray], clock: Clock, at: FloatArray
) -> FloatArray:
    """Return values that hold through steps, means where a step sees several rows."""
    series, column = given
    edges = _edges(series)
    begin = clock.seconds if clock.times is None else at - clock.duration / 2.0
    if np.array_equal(edges[:-1], begin):  # the series' own steps
        return held
    end = begin + clock.duration
    several = straddles(edges, begin, end) & (clock.duration > 0.0)
    if not several.any():
        return held
    found = held.copy()
    found[several] = mean_over(edges, column, begin[several], end[several])
    return found


def _edges(series: Series) -> FloatArray:
    """Return where the rows of a series begin and the last one ends, shape (rows + 1,). [s]"""
    instants = series.instants
    if series.clock == "time_s" or marks_ends(series):
        return np.concatenate([[0.0], instants])
    return np.append(instants, instants[-1] + row_step(series))


def _with_line_means(
    values: FloatArray, given: tuple[Series, FloatArray], clock: Clock, at: FloatArray
) -> FloatArray:
    """Return states on a line, whose means are the line's also where it bends between them.

    What a gap has above the straight line between its two states is shared by both. Where that
    would lift one above all that the line has there, or below, both have the line's mean instead,
    weighted by how near it is to each: no state is outside of the rows.
    """
    series, column = given
    before, after, is_first = _gaps(clock)
    gaps = (at - before, at), (at, at + after)
    bends = np.any([_rows_within(series.instants, *gap)[1] > 0 for gap in gaps], axis=0)
    if not bends.any():
        return values
    ahead, behind = (_gap_parts(series.instants, column, *gap) for gap in gaps)
    share = np.where(is_first, before, 0.5 * before) + 0.5 * after
    came = np.where(_by_row(is_first, values), ahead.begin + ahead.end, ahead.end)
    means: FloatArray = (came + behind.begin) / _by_row(np.maximum(share, ROUNDING), values)
    return np.where(_by_row(bends, values), means, values)


class _Parts(NamedTuple):
    """What of a line's integral over gaps the states at both ends stand for."""

    begin: FloatArray
    end: FloatArray


def _rows_within(
    instants: FloatArray, begin: FloatArray, end: FloatArray
) -> tuple[IntArray, IntArray]:
    """Return the first row that lies within each gap, and how many do."""
    first = np.searchsorted(instants, begin + ROUNDING, side="right")
    inner = np.searchsorted(instants, end - ROUNDING, side="left") - first
    return first, np.maximum(inner, 0)


def _gap_parts(
    instants: FloatArray, column: FloatArray, begin: FloatArray, end: FloatArray
) -> _Parts:
    """Return the integrals of a line over gaps, parted between both ends of each."""
    first, inner = _rows_within(instants, begin, end)
    starts = np.cumsum(inner + 1) - (inner + 1)
    gap = np.repeat(np.arange(len(begin)), inner + 1)
    piece = np.arange(len(gap)) - starts[gap]
    row = np.clip(first[gap] + piece, 0, len(instants) - 1)
    low = np.where(piece == 0, begin[gap], instants[np.maximum(row - 1, 0)])
    high = np.where(piece == inner[gap], end[gap], instants[row])
    one, two = (_interpolated(edge, instants, column) for edge in (low, high))
    least = np.minimum.reduceat(np.minimum(one, two), starts, axis=0)
    most = np.maximum.reduceat(np.maximum(one, two), starts, axis=0)
    length = np.maximum(end - begin, ROUNDING)
    weight, near, far = (
        _by_row(each, column)
        for each in (
            (high - low) / 6.0,
            (low - begin[gap]) / length[gap],
            (high - begin[gap]) / length[gap],
        )
    )
    toward = weight * (one * (2.0 * near + far) + two * (near + 2.0 * far))
    whole, later = (
        np.add.reduceat(each, starts, axis=0) for each in (3.0 * weight * (one + two), toward)
    )
    start, stop, long = one[starts], two[starts + inner], _by_row(length, column)
    excess = whole / long - 0.5 * (start + stop)
    fits = (np.minimum(start, stop) + excess >= least) & (np.maximum(start, stop) + excess <= most)
    fits |= np.abs(excess) <= STRAIGHT * (most - least)
    return _Parts(
        begin=np.where(fits, 0.5 * long * np.clip(start + excess, least, most), whole - later),
        end=np.where(fits, 0.5 * long * np.clip(stop + excess, least, most), later),
    )


def _by_row(row: AnyArray, like: FloatArray) -> AnyArray:
    """Return a value by row in a shape that multiplies rows of several columns."""
    return row.reshape(-1, *(1,) * (like.ndim - 1))


def _gaps(clock: Clock) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return the time from each state to the one before and to the next, 0 where there is none.

    And where no state begins the gap before: then the whole of it is the state's.
    """
    none = np.zeros(len(clock.seconds), dtype=np.bool_)
    if clock.times is not None:
        return np.where(clock.seconds > 0.0, clock.duration, 0.0), clock.duration, none
    begin, end = clock.seconds, clock.seconds + clock.duration
    is_dynamic = np.allclose(end, clock.instants, rtol=0.0, atol=ROUNDING)
    if is_dynamic:  # each state ends the gap before it
        is_first = np.arange(len(begin)) == 0
        return clock.duration, np.append(clock.duration[1:], 0.0), is_first
    return 2.0 * (clock.instants - begin), 2.0 * (end - clock.instants), none


def _is_whole(rows: IntArray, count: int) -> bool:
    return len(rows) == count and bool(np.array_equal(rows, np.arange(count)))


def _seconds_of(series: Series, reading: Clock) -> FloatArray:
    """Return the instants of a run on the clock of a series. [s]"""
    if series.clock == "time_s" or reading.times is None:
        return reading.instants
    if series.clock == "hours":
        return _of_the_year(reading.times, len(series.instants))
    new_year = pd.Timestamp(year=int(reading.times[0].year), month=1, day=1)
    return np.asarray((reading.times - new_year).total_seconds(), dtype=np.float64)


def _of_the_year(times: pd.DatetimeIndex, hours: int) -> FloatArray:
    """Return instants in a year of ``hours`` hours. [s]"""
    within = np.asarray((times - times.floor("h")).total_seconds(), dtype=np.float64)
    total: FloatArray = year_rows(times, hours) * np.float64(HOUR) + within
    return total


def hourly_steps(clock: Clock, hours: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the edges of the hours of a year, and where the steps of a run begin and end. [s]

    Parameters
    ----------
    clock : Clock
        Of the run.
    hours : int
        Of the year.
    """
    begin = clock.seconds if clock.times is None else _of_the_year(clock.times, hours)
    return np.arange(hours + 1) * np.float64(HOUR), begin, begin + clock.duration


def _interpolated(at: FloatArray, instants: FloatArray, values: FloatArray) -> FloatArray:
    """Return values between the rows, constant beyond them."""
    if values.ndim == 1:
        return np.interp(at, instants, values)
    upper = np.clip(np.searchsorted(instants, at), 1, max(len(instants) - 1, 1))
    if len(instants) == 1:
        return np.repeat(values, len(at), axis=0)
    gap = instants[upper] - instants[upper - 1]
    weight = np.clip((at - instants[upper - 1]) / gap, 0.0, 1.0)[:, None]
    between: FloatArray = values[upper - 1] * (1.0 - weight) + values[upper] * weight
    return between
