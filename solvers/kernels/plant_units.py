"""Duties of one hour: what units can make, and who of them makes what."""

import math

from .compile import kernel
from .plant_tables import Duties, PlantRules

HALVINGS = 60
"""Of the interval that holds the load which the electricity connection bears."""

ROUNDING = 1e-9
"""Relative: a load above the capacity of n units by less does not start another."""


@kernel
def part_load(rules: PlantRules, load: float) -> float:
    """Return the COP over the COP at full load, for a unit's load over its capacity."""
    share, factor = rules.share, rules.factor
    load = max(load, rules.min_load)
    if load <= share[0]:
        return float(factor[0])
    for point in range(1, share.size):
        if load <= share[point]:
            part = (load - share[point - 1]) / (share[point] - share[point - 1])
            return float(factor[point - 1] + part * (factor[point] - factor[point - 1]))
    return float(factor[-1])


@kernel
def fewest_units(output: float, capacity: float) -> int:
    """Return how many units an output takes at least."""
    if output <= 0.0:
        return 0
    return max(1, math.ceil(output / capacity * (1.0 - ROUNDING)))


@kernel
def power_of(duties: Duties, rules: PlantRules, duty: int, count: int) -> float:
    """Return the electricity of a duty shared by ``count`` units."""
    output = duties.output[duty]
    if output <= 0.0:
        return 0.0
    factor = part_load(rules, output / (count * duties.capacity[duty]))
    return float(output / (duties.ratio[duty] * factor))


@kernel
def share_units(duties: Duties, rules: PlantRules, units: int) -> float:
    """Give each duty the units with which all together take least electricity; return it.

    Exact, duty by duty (dynamic programming). Less output never takes more electricity:
    with the same units it takes less, and it leaves more choices.
    """
    number = duties.output.size
    for total in range(units + 1):
        duties.least[0, total] = 0.0
    for duty in range(number):
        fewest = fewest_units(duties.output[duty], duties.capacity[duty])
        most = units if fewest > 0 else 0
        for total in range(units + 1):
            duties.least[duty + 1, total] = math.inf
            for count in range(fewest, min(most, total) + 1):
                power = duties.least[duty, total - count] + power_of(duties, rules, duty, count)
                if power < duties.least[duty + 1, total]:
                    duties.least[duty + 1, total] = power
                    duties.choice[duty, total] = count
    left = units
    for duty in range(number - 1, -1, -1):
        duties.working[duty] = duties.choice[duty, left]
        duties.power[duty] = power_of(duties, rules, duty, duties.working[duty])
        left -= duties.working[duty]
    return float(duties.least[number, units])


@kernel
def evaporator_share(cop: float) -> float:
    """Return the heat from the source over the heat into the sink."""
    return max(1.0 - 1.0 / cop, 0.0)


@kernel
def fit_duties(duties: Duties, rules: PlantRules, evaporator_limit: float) -> None:
    """Cut outputs to what units and effluent allow, the first duty served first.

    The effluent's limit is taken at the best part-load COP, which draws most from it.
    """
    number = duties.output.size
    units, source = rules.units, evaporator_limit
    for duty in range(number):
        if duties.output[duty] <= 0.0 or duties.capacity[duty] <= 0.0 or units == 0:
            duties.output[duty] = 0.0
            continue
        if duty < number - 1:
            drawn = evaporator_share(duties.ratio[duty] * rules.best_factor)
            if drawn * duties.output[duty] > source:
                duties.output[duty] = source / drawn
            source -= drawn * duties.output[duty]
        duties.output[duty] = min(duties.output[duty], units * duties.capacity[duty])
        units -= fewest_units(duties.output[duty], duties.capacity[duty])


@kernel
def run_within(duties: Duties, rules: PlantRules, units: int, limit: float) -> float:
    """Run duties with compressors and auxiliaries below a limit; return the auxiliaries.

    The first try serves all; then the cut is halved in: 1 takes away all of the last duty, 2
    that of the two last, and so on.
    """
    number = duties.output.size
    for duty in range(number):
        duties.asked[duty] = duties.output[duty]
    auxiliary, cut, low, high = 0.0, 0.0, 0.0, float(number)
    for attempt in range(HALVINGS + 1):
        auxiliary = 0.0
        for duty in range(number):
            lost = min(max(cut - (number - 1 - duty), 0.0), 1.0)
            duties.output[duty] = duties.asked[duty] * (1.0 - lost)
            auxiliary += duties.auxiliary[duty] * duties.output[duty]
        is_borne = share_units(duties, rules, units) + auxiliary <= limit
        if is_borne and attempt == 0:
            break
        if is_borne:
            high = cut
        else:
            low = cut
        cut = high if attempt == HALVINGS - 1 else 0.5 * (low + high)
    return auxiliary
