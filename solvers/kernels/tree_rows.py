"""Places in the work arrays of the tree kernels, and their limits.

A row is a pipe and the node at its far end (row 0 is the plant); a lane is an hour of the
block. Work arrays are ``[row, place + lane]``: a place is a multiple of `LANES`.

How the kernels stay fast: the number of lanes is a constant, so that the compiler knows how far
apart the values of a row lie. A loop over lanes then needs one check that a row and its parent
do not overlap, and may compute and write as many values as it likes. Formulas of one lane are
inlined into these loops. Rows are visited through an array of indices, never through slices.
Short loops (copies and sums) run to a number the compiler does not know, ``level.errors.size``:
it would write out the others value by value before it thinks of vectors. What a long loop needs
of the parent is copied to ``scratch`` before.
"""

LANES = 32
"""Hours of a block: some vectors for each loop, and the rows of a district fit the cache."""

QUARTER = LANES // 4

# Values of a row.
FLOW, SUPPLY, OFFSET, GAIN, STEP, PASS, SLOPE, HEATING, SPARE = range(0, 9 * LANES, LANES)
VALUES = 9 * LANES

# Further values of a row whose pipes exchange heat.
RETURN, RETURN_HEAT, RETURN_OFFSET, RETURN_GAIN, SUM = range(9 * LANES, 14 * LANES, LANES)
MIX, RETURN_PASS, RETURN_MIX, PER, RETURN_HEATING, RETURN_LEFT = range(
    14 * LANES, 20 * LANES, LANES
)
PAIR_VALUES = 20 * LANES

# Places of a row that the iterations no longer need: return water at the far and the near end,
# the content of what flows into it, pressures relative to the plant's, friction.
TOTAL, CONTENT = OFFSET, GAIN
LEFT, BACK = OFFSET, GAIN
DROP, BACK_DROP, LIFT, BACK_LIFT = PASS, SLOPE, STEP, SPARE

# Values of a consumer. PER_HEAT_C is the inverse of its heat [1/W]: 0 where no flow can serve the
# heat, negative where it is given up because its supply water is too cold as soon as it is served.
FLOW_C, HEAT_C, OFFSET_C, GAIN_C, LEAST_C, MOST_C, DIFFERENCE_C, HOLD_C, PER_HEAT_C, ERROR_C = (
    range(0, 10 * LANES, LANES)
)
ASKED_C = 10 * LANES  # heat asked for, that which cannot be served included
OWN_C, PER_ROOM_C = ERROR_C, GAIN_C  # while flows start
# What a settled consumer got, in places no longer needed: heat, supply and return water, pressure.
SERVED_C, SUPPLY_C, BACK_C, PRESSURE_C = GAIN_C, PER_HEAT_C, OFFSET_C, LEAST_C
CONSUMER_VALUES = 11 * LANES

# Rows of ``scratch``: specific volume [m3/kg], drop [Pa], Reynolds number, friction factor; losses
# of a supply and a return pipe [W]; how return water follows from the flow, transfer units of the
# return per conductance, supply water and its step at the near end, what return water carries;
# the first four for the return pipe where both are reckoned at once, inverse heat capacity there.
VOLUME, DROPPED, REYNOLDS, FACTOR, LOSS, BACK_LOSS = range(0, 6 * LANES, LANES)
BACK_SLOPE, BACK_PER, NEAR, CARRIED, CARRIED_OFFSET, CARRIED_GAIN, BEHIND = range(
    6 * LANES, 13 * LANES, LANES
)
BACK_VOLUME, BACK_DROPPED, BACK_REYNOLDS, BACK_FACTOR = range(13 * LANES, 17 * LANES, LANES)
PER_CAPACITY = 17 * LANES
SCRATCH = 18 * LANES
WANTED, FALL, OWN = LOSS, BACK_LOSS, FACTOR  # of a consumer: flow wanted (of a leaf, then its
# error), drop of content [J/kg], change of its flow if all flows of its path moved alike [kg/s]
LEFT_CONTENT = VOLUME  # of a consumer's return water [J/kg]
# While flows start: content of the plant's water [J/kg], transfer units before water is as cold as
# what comes back, a consumer's flow.
SOURCE, ROOM, TURNED = LOSS, BACK_LOSS, DROPPED

# Rows of ``sums``: heat of the consumers [W], its absolute sum [W], their flow [kg/s], heat loss
# [W], friction that warms the water [W], loss of pipes that stand [W], heat not served [W]; and
# whether the last step was too large to be the last.
DELIVERED, ABSOLUTE, DRAWN, LOST, RUBBED, STOOD, MISSED, JUMPED = range(0, 8 * LANES, LANES)
SUMS = 8 * LANES

# Kinds of a step of the walk around the tree.
ENTER, LEAF, LEAVE, PLANT = 0, 1, 2, 3

SMALLEST_FLOW = 1.0e-14  # kg/s, keeps divisions finite where water stands
MOST_WARMING = 1.0  # K by friction in one pipe: 42 bar, more than any pipe bears
COLDEST, WARMEST = -30.0, 140.0  # °C, between which the water's polynomials are smooth
FREEZING = 0.0  # °C, to which a consumer can cool its water at most
NO_HOLD = -1.0e8  # °C, colder than any bypass temperature that is given
LEAVES_HOLD = 3.0 * NO_HOLD  # HOLD_C of a consumer that leaves it to another one
NEARLY = 3.0e-2  # error of the heat below which friction factors may be taken as known
DUST = 1.0e-6  # W, less is no heat but rounding in the demand
