"""Places in the work arrays of the tree kernels, and their limits.

Work arrays are ``[row, value, lane]``: a row is a pipe and the node at its far end (row 0 is
the plant), a lane is an hour of the block. Rows stand parents first.

How the kernels stay fast: sweeps visit the rows through an array of indices (with a plain
counter the compiler hoists one alias check over the whole sweep, the check fails, and the
scalar loop runs). A loop over lanes writes one or two rows, because with more the compiler
gives up proving that they do not overlap. Loops index the work arrays directly: a slice per row
costs more than the loop over its lanes.
"""

# Values of a row.
FLOW, SUPPLY, GROUND, PASS, SLOPE, OFFSET, GAIN, STEP, STEP_GAIN, HEATING = range(10)
RETURN, RETURN_HEAT, RETURN_OFFSET, RETURN_GAIN = 10, 11, 12, 13
MIX, RETURN_PASS, RETURN_MIX, PER, BACK_PER, HALF, ROOT = 14, 15, 16, 17, 18, 19, 20
LEAVING, BACK_SLOPE = HALF, ROOT
VALUES, EXCHANGE_VALUES = 10, 21

# Places of a row that the iterations no longer need.
BACK_HEAT, BACK, LEFT = OFFSET, GAIN, SLOPE  # return water: content, far end, near end
DROP, BACK_DROP, LIFT, BACK_LIFT = STEP, STEP_GAIN, PASS, OFFSET
LOSS, BACK_LOSS = HEATING, GROUND  # once losses are known

# Values of a consumer.
FLOW_C, HEAT_C, RETURN_C, DIFFERENCE_C, HOLD_C, LEAST_C, MOST_C, OFFSET_C, GAIN_C = range(9)
DROP_C, OWN_C, SPARE_C, ERROR_C = 9, 10, 11, 12
CONSUMER_VALUES = 13

SMALLEST_FLOW = 1.0e-14  # kg/s, keeps divisions finite where water stands
MOST_WARMING = 1.0  # K by friction in one pipe: 42 bar, more than any pipe bears
COLDEST, WARMEST = 0.0, 140.0  # °C, where the water's polynomials end
NO_HOLD = -1.0e8  # °C, colder than any bypass temperature that is given
DUST = 1.0e-6  # W, less is no heat but rounding in the demand
