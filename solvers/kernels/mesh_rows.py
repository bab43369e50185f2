"""Places in the work arrays of the mesh kernels, and their limits.

As in the tree kernels a lane is an hour of the block, and arrays are ``[row, place + lane]``.
Rows of nodes are the junctions, those of the supply side first; rows of pipes are the routes,
supply side first. A flow is positive from a route's ``from_junction`` on both sides.
"""

LANES = 16
"""Hours of a block: two long vectors, and the matrix of a district fits the cache."""

QUARTER = LANES // 4
"""Lanes of the figures of a pipe, which join every fourth lane: less memory to walk through."""

# Values of a node: water; pressure relative to the side's pressure holder, less the weight of
# standing water;
# what flows in from outside and its content; what flows out and how that follows the water; what
# flows through the pressure holder; the step of the water, or the transfer units on its way; what
# flows out before the step.
WATER, PRESSURE, INFLOW, CONTENT, OUTFLOW, GAIN, CHANGE, DRAWN = range(0, 8 * LANES, LANES)
NODE_VALUES = 8 * LANES

# Values of a pipe: flow; water at its outlet, how it follows the inlet and the flow; how the flow
# follows the pressures, and its own step; friction and minor loss, specific volume, warming; how
# the head it takes follows the water at its inlet; what the water in it weighs more than water of
# the side's density; the last step of a flow that leaps, else 0; what it cools towards (the
# ground, or what ground and twin amount to); its mean water; of its twin the water at its inlet,
# the inverse of its heat capacity flow [K/W], its flow and its mean water.
(
    FLOW,
    OUTLET,
    PASS,
    SLOPE,
    CONDUCTANCE,
    STEP,
    DROP,
    VOLUME,
    WARMING,
    BEND,
    WEIGHT,
    LEAP,
    EARTH,
    MEAN,
    TWIN_NEAR,
    TWIN_PER,
    TWIN_FLOW,
    TWIN_MEAN,
) = range(0, 18 * LANES, LANES)
PIPE_VALUES = 18 * LANES
# Of a branch's supply pipe, in places that it does not need: how friction heats per square of its
# flow [J/kg / (kg/s)^2]. Its PASS and STEP become those with all beyond it eliminated.
HEATING = CONDUCTANCE

# Places of a block of the matrix: its rows are mass and energy, its columns pressure and water.
MASS_PRESSURE, MASS_WATER, ENERGY_PRESSURE, ENERGY_WATER = range(0, 4 * LANES, LANES)
BLOCK_VALUES = 4 * LANES

# Places of the right side, then of the solution.
MASS, ENERGY = 0, LANES
SIDE_VALUES = 2 * LANES

# Values of a consumer; those from SERVED_C on once it is settled. GIVEN_UP_C is 1 where its supply
# is too cold as soon as it is served, else 0.
(
    FLOW_C,
    HEAT_C,
    OFFSET_C,
    GAIN_C,
    LEAST_C,
    MOST_C,
    DIFFERENCE_C,
    HOLD_C,
    PER_HEAT_C,
    ROOM_C,
    OWN_C,
    SERVED_C,
    SUPPLY_C,
    BACK_C,
    GIVEN_UP_C,
) = range(0, 15 * LANES, LANES)
CONSUMER_VALUES = 15 * LANES

# Places of ``scratch``.
REYNOLDS, ROOT, STEEP, LAMINAR, THINNER = range(0, 5 * LANES, LANES)
AHEAD, ABACK, KEPT_AHEAD, KEPT_ABACK, HELD_AHEAD, HELD_ABACK, REST_AHEAD, REST_ABACK, NEW = range(
    0, 9 * LANES, LANES
)
BENT_AHEAD, BENT_ABACK = 9 * LANES, 10 * LANES
L00, L01, L10, L11 = range(0, 4 * LANES, LANES)
PRODUCT = 4 * LANES  # as many as a block's
INLET = 0
HEATED, PER_FLOW, LEFT, AIMED, WARMED, ERROR, OWN = range(5 * LANES, 12 * LANES, LANES)
VOLUME_HERE, LOST_HERE, SLOPE_HERE = LAMINAR, THINNER, STEEP
PASS_HERE, WATER_HERE = REYNOLDS, ROOT
LOSS, RUB, NOTES = range(LANES, 4 * LANES, LANES)
SCRATCH = 12 * LANES

COLDEST, WARMEST = 0.0, 140.0  # °C, where the water's polynomials end
STILL = 1.0e-13  # kg/s, rounding: such a pipe stands, its water comes from the source's side
BREATH = 1.0e-30  # kg/s, which tells the side of a pipe that stands
ROUNDED = 1.0 + 1.0e-10  # of what a junction's water answers: a ring without an outlet has a step
CAPACITY = 4186.0  # J/(kg K), only to bring energies to the scale of flows times kelvins
