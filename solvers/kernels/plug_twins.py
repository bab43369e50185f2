"""Twins whose water flows steadily: what each loses heat to so that it ends in the exact answer.

A line sees its twin by one temperature, its mean water or what that gave. In steady flow both
cool along each other; the exact solution of the pair (see `tree_pairs`) tells what temperature
the line would have to see for the same outlet. Near that steady state this is taken.
"""

from .compile import inline, part
from .plug_growth import mean_growth
from .plug_tables import (
    AS_LOST,
    EXCHANGE,
    LOSS,
    MIXED,
    POINT,
    POINT_C,
    POINT_T,
    SPAN,
    WHOLE,
    FloatArray,
)
from .tree_pairs import pair_shares
from .water import exp_negative

NEAR = 0.25  # of what inlets differ by: outlets that are off by less are near the steady ones
SAME = 1.0e-6  # K between inlets, below which twins are alike


@inline
def end_temperatures(lines: FloatArray, line: int) -> tuple[float, float]:
    """Return the water that came in and that left in the last step. [°C]"""
    per, half = 1.0 / lines[POINT_C, line], 0.5 * lines[SPAN, line]
    middle = lines[POINT_T, line] + (lines[MIXED, line] - lines[POINT, line]) * per
    return middle + half * per, middle - half * per


@inline
def felt_share(lines: FloatArray, line: int, twin: int, flow: float, seconds: float) -> float:
    """Return the share of a line's exchange that its twin's water bears in a step, at most 1.

    It gives no more than makes all of it, or what passes, as warm as the line.
    """
    mass = max(lines[WHOLE, twin], flow * seconds)
    return float(min(1.0, lines[POINT_C, twin] * mass / (lines[EXCHANGE, line] * seconds)))


@inline
def within_twin(lines: FloatArray, twin: int, beside: float, earth: float, sink: float) -> float:
    """Return what a line loses heat to, kept between the ground and its twin's water.

    ``beside`` is the mean of that; what came into the twin and left it last counts, too.
    """
    came, left = end_temperatures(lines, twin)
    return min(max(sink, min(earth, beside, came, left)), max(earth, beside, came, left))


@part
def steady_shift(
    lines: FloatArray, line: int, twin: int, flows: tuple[float, float], earth: float, floor: float
) -> tuple[float, float]:
    """Return by how much a supply line and its twin see others than their twins tell. [K]

    Parameters
    ----------
    lines : array
        Of `Net`; MIXED and SPAN are those of the last step.
    line, twin : int
        Supply and return line.
    flows : tuple of 2 float
        Of both, where they go against each other, without sign. [kg/s]
    earth : float
        Ground of both. [°C]
    floor : float
        Of the exchange: least loss that a received heat is spread over.
    """
    if lines[SPAN, line] == 0.0 or lines[SPAN, twin] == 0.0:  # no step has moved both
        return 0.0, 0.0
    x, own, other = lines[EXCHANGE, line], lines[LOSS, line], lines[LOSS, twin]
    out, home = flows[0] * lines[AS_LOST, line], flows[1] * lines[AS_LOST, twin]
    first, left = end_temperatures(lines, line)
    second, came = end_temperatures(lines, twin)
    kept, taken, back_kept, back_taken = pair_shares(
        (own + x) / out, (other + x) / home, x / out, x / home
    )
    first, second, left, came = first - earth, second - earth, left - earth, came - earth
    ends = kept * first + taken * second
    back = back_kept * second + back_taken * first
    off = max(abs(left - ends), abs(came - back))
    near = 1.0 - off / (NEAR * max(abs(first - second), SAME))
    if near <= 0.0:
        return 0.0, 0.0
    units = (own + x) / out
    part_kept = exp_negative(units)
    sees = (ends - first * part_kept) / (1.0 - part_kept)
    lost = flows[0] * lines[POINT_C, line] * (first - ends)
    given = lost - own * (sees + lost / (own + x))
    spread = max(other, floor * x)
    units = spread / home
    part_kept, part_mean = exp_negative(units), mean_growth(-units)
    feels = (back - second * part_kept) / (1.0 - part_kept)
    mean = feels + (second - feels) * part_mean
    told = ((spread - other) * mean + given) / spread
    return near * (sees - x * mean / (own + x)), near * (feels - told)
