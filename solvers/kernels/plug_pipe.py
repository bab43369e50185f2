"""One line through one step: what it loses heat to, what leaves it, what it holds."""

from ...model.water import VALID_FROM, VALID_UNTIL, WaterTable
from .compile import inline, part
from .plug_film import film_conductance
from .plug_films import STEEPEST
from .plug_slugs import content_at, sum_labels
from .plug_tables import (
    AS_LOST,
    CELLS,
    DIAMETER,
    EXCHANGE,
    FADED,
    FILM,
    GIVEN,
    HELD,
    KEPT,
    LABELS,
    LAST_STEP,
    LOSS,
    MIXED,
    POINT,
    POINT_C,
    POINT_T,
    RUB,
    SEEN_SPAN,
    SINK,
    SPAN,
    TARGET,
    TWIN,
    UNITS,
    WALL,
    WALL_SHARE,
    WATER,
    WHOLE,
    FloatArray,
    IntArray,
    Net,
)
from .plug_twins import felt_share, steady_shift, within_twin
from .plug_walls import pass_wall, wall_heat
from .water import enthalpy, exp_negative, polynomial6, temperature

NEAR = 10.0  # J/kg, within which the point of linear loss may stay
APART = 1.0e-3  # K, between inlet and outlet, with which a chord has a slope
MOST_UNITS = 50.0  # beyond, water is as warm as the ground
FAR = 4000.0  # J/kg outside of all that warms and cools water: about 1 K
UNSEEN = 1.0e300  # of a span: a chord holds for no step but its own
FLOOR = 1.0e-3  # of the exchange with the twin: least loss that a received heat is spread over
MOST_WARMING = 4185.0  # J/kg by friction in one pipe, 1 K as in the steady solver


@inline
def mean_temperature(lines: FloatArray, line: int) -> float:
    """Return the mean temperature of water and wall. [°C]"""
    mean = lines[HELD, line] / lines[WHOLE, line]
    return float(lines[POINT_T, line] + (mean - lines[POINT, line]) / lines[POINT_C, line])


@inline
def felt_temperature(lines: FloatArray, index: IntArray, line: int) -> float:
    """Return the mean temperature of water by which a twin feels a line. [°C]

    Beside a wall with temperatures of its own, water and wall are taken to be as in steady flow.
    """
    held = lines[HELD, line] / lines[WHOLE, line]
    if index[CELLS, line] > 0:
        wall = (1.0 - lines[WATER, line] / lines[WHOLE, line]) * (1.0 - lines[WALL_SHARE, line])
        held += (held - lines[SINK, line]) * wall / (1.0 - wall)
    return float(lines[POINT_T, line] + (held - lines[POINT, line]) / lines[POINT_C, line])


@part
def telling_temperature(net: Net, line: int) -> float:
    """Return the mean temperature that tells a line's loss at an instant. [°C]

    Beside a wall that is the water which would stand there in steady flow.
    """
    lines = net.lines
    if net.places[CELLS, line] == 0:
        return float(mean_temperature(lines, line))
    in_water = sum_labels(net.places, net.slugs, line)
    wall = (lines[HELD, line] - in_water) / (lines[WHOLE, line] - lines[WATER, line])
    content = lines[SINK, line] + (wall - lines[SINK, line]) / lines[WALL_SHARE, line]
    return float(lines[POINT_T, line] + (content - lines[POINT, line]) / lines[POINT_C, line])


@inline
def set_point(lines: FloatArray, water: WaterTable, line: int, back: bool) -> None:
    """Draw the line along which temperature follows the content anew, if the water is far off.

    It is the chord between the water at inlet and outlet, so that steady water cools from the
    one temperature to the other as in the steady solver, which reckons the loss of a supply pipe
    by the heat capacity at the middle, that of a return pipe (``back``) by that at the inlet.
    """
    middle, span = lines[MIXED, line], lines[SPAN, line]
    moved = max(abs(middle - lines[POINT, line]), abs(span - lines[SEEN_SPAN, line]))
    if moved > NEAR:
        half, lines[SEEN_SPAN, line] = 0.5 * span, span
        warm, cold = temperature(water, middle + half), temperature(water, middle - half)
        t = 0.5 * (warm + cold)
        lines[POINT, line], lines[POINT_T, line] = middle, t
        capacity = polynomial6(water.heat_capacity, t)
        lines[AS_LOST, line] = polynomial6(water.heat_capacity, warm) if back else capacity
        if abs(warm - cold) > APART:
            capacity = 2.0 * half / (warm - cold)
        lines[POINT_C, line] = capacity
        lines[LAST_STEP, line] = -1.0


@inline
def span_ends(lines: FloatArray, index: IntArray, slugs: FloatArray, line: int) -> None:
    """Take for what came in and left in the step before what stands at start and end."""
    first = content_at(lines, index, slugs, line, -1.0)
    last = content_at(lines, index, slugs, line, 1.0)
    lines[MIXED, line], lines[SPAN, line] = 0.5 * (first + last), first - last


@inline
def prepare(
    lines: FloatArray,
    index: IntArray,
    flow: FloatArray,
    water: WaterTable,
    line: int,
    back: bool,
    earth: float,
    seconds: float,
    alike: bool,
) -> None:
    """Write what the line loses heat to in a step, and how fast.

    The first of two twins sees the mean water of the other as the step begins; what it gives is
    what the other gets, spread evenly over its length and the step. Near steady flow both are
    corrected by `steady_shift`, where their ground is one (``alike``).
    """
    set_point(lines, water, line, back)
    twin, mutual = index[TWIN, line], lines[EXCHANGE, line]
    loss, sink = lines[LOSS, line], earth
    if mutual > 0.0 and twin > line:
        share = felt_share(lines, line, twin, abs(flow[twin]), seconds)
        felt, beside = mutual * share, felt_temperature(lines, index, twin)
        sink = (loss * earth + felt * beside) / (loss + felt)
        if share == 1.0 and alike and flow[line] * flow[twin] > 0.0:
            flows = (abs(flow[line]), abs(flow[twin]))
            shift, _ = steady_shift(lines, line, twin, flows, earth, FLOOR)
            sink = within_twin(lines, twin, beside, earth, sink + shift)
        loss += felt
        lines[LAST_STEP, line] = -1.0
    elif mutual > 0.0 and twin >= 0:
        spread = max(loss, FLOOR * mutual)
        own = (spread - loss) * felt_temperature(lines, index, line)
        sink = (loss * earth + own + lines[GIVEN, twin]) / spread
        if alike and flow[line] * flow[twin] > 0.0:
            flows = (abs(flow[twin]), abs(flow[line]))
            _, shift = steady_shift(lines, twin, line, flows, earth, FLOOR)
            sink += shift
        loss = spread
    capacity = lines[POINT_C, line]
    if lines[LAST_STEP, line] != seconds:
        held = lines[AS_LOST, line] * lines[WHOLE, line]
        lines[UNITS, line] = min(loss * seconds / held, MOST_UNITS)
        lines[KEPT, line] = exp_negative(lines[UNITS, line])
        lines[LAST_STEP, line] = seconds
    lines[SINK, line] = lines[POINT, line] + capacity * (sink - lines[POINT_T, line])


@part
def stand_still(lines: FloatArray, water: WaterTable, line: int) -> None:
    """Let the water of a line that stands through a step end where `prepare` has it lose heat to.

    The chord of flowing water, at which flows were sought, would have standing water pass that
    by tenths of a kelvin where heat capacity differs. It is drawn to there instead.
    """
    toward = lines[POINT_T, line] + (lines[SINK, line] - lines[POINT, line]) / lines[POINT_C, line]
    if not VALID_FROM <= toward <= VALID_UNTIL:  # heat of a twin that is spread over the line
        return
    mean = lines[HELD, line] / lines[WHOLE, line]
    t, sink = temperature(water, mean), enthalpy(water, toward)
    capacity = polynomial6(water.heat_capacity, t)
    if abs(t - toward) > APART:
        capacity = (mean - sink) / (t - toward)
    lines[UNITS, line] *= lines[AS_LOST, line] / capacity
    lines[KEPT, line] = exp_negative(lines[UNITS, line])
    lines[POINT, line], lines[POINT_T, line], lines[SINK, line] = mean, t, sink
    lines[POINT_C, line], lines[AS_LOST, line] = capacity, capacity
    lines[SEEN_SPAN, line], lines[LAST_STEP, line] = UNSEEN, -1.0


@inline
def rubbed(lines: FloatArray, line: int, flow: float) -> float:
    """Return the content that friction adds. [J/kg]"""
    return float(friction_heat(lines[RUB, line], flow))


@inline
def friction_heat(rub: float, flow: float) -> float:
    """Return the content that friction adds, of a line's RUB and its flow. [J/kg]"""
    return min(rub * flow * flow, MOST_WARMING)


@part
def move_past_wall(
    net: Net,
    water: WaterTable,
    line: int,
    flow: float,
    inlet: int,
    entering: int,
    mean: float,
    earth: float,
    seconds: float,
) -> tuple[float, int]:
    """Move a line with wall cells; return the mean content of what leaves, and its pieces."""
    lines, spare = net.lines, 0.0
    around = around_line(lines, net.places, line, earth)
    if gets_at_once(lines, net.places, line, flow, mean, around, seconds):
        spare = lines[GIVEN, net.places[TWIN, line]] * seconds
        leave_twin(lines, line, earth, seconds)
        if flow == 0.0:
            stand_still(lines, water, line)
    film, outside = wall_conductances(lines, water, line, flow, seconds)
    left, made = pass_wall(
        net, water, line, flow, inlet, entering, mean, film, outside, around, spare, seconds
    )
    lines[HELD, line] = wall_heat(lines, net.places, net.slugs, net.walls, line)
    return left, made


@inline
def gets_at_once(
    lines: FloatArray,
    index: IntArray,
    line: int,
    flow: float,
    mean: float,
    around: tuple[float, float],
    seconds: float,
) -> bool:
    """Return whether a line beside a wall gets the heat of its twin as the step ends.

    Spread over water that stands or trickles by as steady flow would have it, that heat would
    bring water of the content ``mean`` beyond all that warms and cools it.
    """
    twin = index[TWIN, line]
    if lines[EXCHANGE, line] <= 0.0 or twin < 0 or twin > line:
        return False
    if flow == 0.0:
        return True
    own = lines[HELD, line] / lines[WHOLE, line]
    kept = exp_negative(lines[UNITS, line] * lines[WHOLE, line] / (abs(flow) * seconds))
    end = lines[SINK, line] + (mean - lines[SINK, line]) * kept
    return bool(end < min(around[0], own, mean) - FAR or end > max(around[1], own, mean) + FAR)


@inline
def leave_twin(lines: FloatArray, line: int, earth: float, seconds: float) -> None:
    """Write anew what a line loses heat to, and how fast, without its twin."""
    held = lines[AS_LOST, line] * lines[WHOLE, line]
    lines[UNITS, line] = min(lines[LOSS, line] * seconds / held, MOST_UNITS)
    lines[KEPT, line], lines[LAST_STEP, line] = exp_negative(lines[UNITS, line]), -1.0
    rise = earth - lines[POINT_T, line]
    lines[SINK, line] = lines[POINT, line] + lines[POINT_C, line] * rise


@inline
def around_line(
    lines: FloatArray, index: IntArray, line: int, earth: float
) -> tuple[float, float]:
    """Return between which contents everything is that a line exchanges heat with. [J/kg]"""
    twin = index[TWIN, line]
    if lines[EXCHANGE, line] > 0.0 and twin >= 0:
        low = lines[POINT, line] + lines[POINT_C, line] * (earth - lines[POINT_T, line])
        half, mean = 0.5 * abs(lines[SPAN, twin]), lines[HELD, twin] / lines[WHOLE, twin]
        high = max(low, mean, lines[MIXED, twin] + half)
        return min(low, mean, lines[MIXED, twin] - half), high
    if lines[LOSS, line] > 0.0:
        return lines[SINK, line], lines[SINK, line]
    return lines[HELD, line] / lines[WHOLE, line], lines[HELD, line] / lines[WHOLE, line]


@inline
def wall_conductances(
    lines: FloatArray, water: WaterTable, line: int, flow: float, seconds: float
) -> tuple[float, float]:
    """Return the conductances to the wall and from it to the ground, over heat capacity. [kg/s]

    To its mean temperature heat passes the film and part of the wall. Both conductances in
    series are the line's loss coefficient, as in the steady solver, whatever the film: where it
    passes less than the tables have the pipe lose, it is larger.
    """
    t, diameter = lines[POINT_T, line], lines[DIAMETER, line]
    film = film_conductance(water, flow, diameter, lines[FILM, line], t)
    film /= lines[POINT_C, line] * (1.0 + film * lines[WALL, line])
    loss = lines[UNITS, line] * lines[WHOLE, line] / seconds
    film = max(film, loss / STEEPEST)
    lines[WALL_SHARE, line] = 1.0 - loss / film
    return film, film * loss / (film - loss)


@inline
def keep_held(lines: FloatArray, line: int) -> None:
    """Write the heat in a line whose wall is as warm as its water."""
    labelled = lines[FADED, line] * lines[LABELS, line]
    lines[HELD, line] = lines[WHOLE, line] * lines[TARGET, line] + labelled


@inline
def lost_in_step(
    lines: FloatArray, line: int, pushed: float, entering: float, left: float, before: float
) -> float:
    """Return the heat that a line lost in a step, and keep its middle content. [J]"""
    if pushed > 0.0:
        lines[MIXED, line], lines[SPAN, line] = 0.5 * (entering + left), entering - left
    else:
        lines[MIXED, line], lines[SPAN, line] = lines[HELD, line] / lines[WHOLE, line], 0.0
    return float(pushed * (entering - left) - (lines[HELD, line] - before))


@inline
def lost_to_ground(
    lines: FloatArray, index: IntArray, line: int, lost: float, seconds: float, earth: float
) -> float:
    """Return the part of what a line lost that goes to the ground; keep what the twin gets. [W]"""
    twin, to_ground = index[TWIN, line], lost
    if lines[EXCHANGE, line] > 0.0 and twin > line:
        whole = lines[UNITS, line] * lines[AS_LOST, line] / seconds * lines[WHOLE, line]
        sink = (
            lines[POINT_T, line] + (lines[SINK, line] - lines[POINT, line]) / lines[POINT_C, line]
        )
        to_ground = lines[LOSS, line] * (sink + lost / whole - earth)
        lines[GIVEN, line] = lost - to_ground
    elif lines[EXCHANGE, line] > 0.0 and twin >= 0:
        to_ground = lost + lines[GIVEN, twin]
    return to_ground


@part
def recount(
    lines: FloatArray, index: IntArray, slugs: FloatArray, walls: FloatArray, line: int
) -> None:
    """Sum what a line holds from its slugs, in place of what was added up step by step."""
    if index[CELLS, line] > 0:
        lines[HELD, line] = wall_heat(lines, index, slugs, walls, line)
        return
    lines[LABELS, line] = sum_labels(index, slugs, line)
    keep_held(lines, line)


@inline
def shown_front(
    lines: FloatArray, index: IntArray, slugs: FloatArray, line: int, flow: float
) -> float:
    """Return the content at a line's outlet as a step ends, friction heat included. [J/kg]"""
    front = content_at(lines, index, slugs, line, 1.0 if flow >= 0.0 else -1.0)
    return front + rubbed(lines, line, flow)
