"""The plant, hour by hour: waste heat, units of heat pumps, tanks, cold."""

from ...networks.columns import BoolArray, FloatArray
from .compile import kernel
from .plant_tables import Duties, Hour, PlantColumns, PlantFlows, PlantRules, Tanks
from .plant_units import (
    ROUNDING,
    evaporator_share,
    fewest_units,
    fit_duties,
    part_load,
    run_within,
)
from .tank import fill_layers, keep_layers, stand_hour, want_filling


@kernel
def set_duties(
    now: Hour, cop: FloatArray, wanted: FloatArray, rules: PlantRules, duties: Duties
) -> None:
    """Write what heat pumps are asked for beside waste heat, without reuse."""
    circuits = wanted.size
    auxiliary = rules.auxiliary_share + rules.loop_share
    for circuit in range(circuits):
        duties.output[circuit] = wanted[circuit]
        duties.ratio[circuit] = cop[circuit]
        duties.capacity[circuit] = now.unit_heat if cop[circuit] > 0.0 else 0.0
        duties.auxiliary[circuit] = auxiliary
    most = now.rejection_limit / (1.0 + now.cold_work / (now.eer * rules.worst_factor))
    duties.output[circuits] = now.cold_work * min(now.cold, most)
    duties.ratio[circuits] = now.eer
    duties.capacity[circuits] = now.unit_cold
    duties.auxiliary[circuits] = auxiliary / now.cold_work if now.cold_work > 0.0 else 0.0


@kernel
def reuse_cold(
    now: Hour, rules: PlantRules, limit: float, duties: Duties
) -> tuple[float, float, int]:
    """Move output to units that cool and heat at once; return their heat, power and number.

    Nothing is moved unless units and connection then suffice.
    """
    circuit, cold_duty = rules.reuse_circuit, duties.output.size - 1
    if circuit < 0 or duties.output[circuit] <= 0.0 or duties.output[cold_duty] <= 0.0:
        return 0.0, 0.0, 0
    taken = evaporator_share(now.reuse_cop * rules.best_factor)
    if taken <= 0.0 or now.unit_reuse <= 0.0:
        return 0.0, 0.0, 0
    heat = min(duties.output[circuit], duties.output[cold_duty] / taken)
    units = fewest_units(heat, now.unit_reuse)
    power = heat / (now.reuse_cop * part_load(rules, heat / (units * now.unit_reuse)))
    heat_before, cold_before = duties.output[circuit], duties.output[cold_duty]
    duties.output[circuit] = heat_before - heat
    duties.output[cold_duty] = max(cold_before - (heat - power), 0.0)
    needed = units
    for duty in range(cold_duty + 1):
        needed += fewest_units(duties.output[duty], duties.capacity[duty])
    if needed > rules.units or power + reuse_auxiliary(now, rules, heat, power) > limit:
        duties.output[circuit], duties.output[cold_duty] = heat_before, cold_before
        return 0.0, 0.0, 0
    return heat, power, units


@kernel
def reuse_auxiliary(now: Hour, rules: PlantRules, heat: float, power: float) -> float:
    """Return the auxiliaries of units that cool and heat at once: the loop stands still. [W]"""
    if heat <= 0.0:
        return 0.0
    return rules.auxiliary_share * (heat + (heat - power) / now.cold_work)


@kernel
def draw_waste_heat(
    capacity: FloatArray, is_warm_enough: BoolArray, wanted: FloatArray, direct: FloatArray
) -> float:
    """Serve circuits from waste heat, in both orders of priority; return all of it. [W]

    Shapes: ``capacity`` (sources,); ``is_warm_enough``, ``direct`` (sources, circuits).
    """
    total = 0.0
    for source in range(capacity.size):
        left = capacity[source]
        for circuit in range(wanted.size):
            if is_warm_enough[source, circuit]:
                drawn = min(left, wanted[circuit])
                direct[source, circuit] = drawn
                wanted[circuit] -= drawn
                left -= drawn
                total += drawn
    return total


@kernel
def cold_served(now: Hour, taken: float) -> float:
    """Return the cold that reaches the circuits when evaporators take so much heat. [W]"""
    if now.cold_work <= 0.0:
        return min(now.cold, now.rejection_limit)
    served = taken / now.cold_work
    return now.cold if abs(served - now.cold) <= ROUNDING * now.cold else served


@kernel
def fixed_electricity(now: Hour, rules: PlantRules, direct: float) -> float:
    """Return the auxiliaries of waste heat and of cold by exchanger alone. [W]"""
    free = min(now.cold, now.rejection_limit) if now.cold_work <= 0.0 else 0.0
    return rules.auxiliary_share * (direct + free) + rules.loop_share * free


@kernel
def fill_tank(
    before: float, duration: float, rate: float, made: float, load: float
) -> tuple[float, float, float]:
    """Return content [J] and loss [W] of a tank, and what the circuit missed [W]."""
    half = 0.5 * rate * duration
    after = (before * (1.0 - half) + (made - load) * duration) / (1.0 + half)
    missing = 0.0
    if after < 0.0:
        missing = -after * (1.0 + half) / duration
        after = 0.0
        if missing <= ROUNDING * load:
            missing = 0.0
    return after, 0.5 * rate * (before + after), missing


@kernel
def fill_tanks(
    hour: int,
    columns: PlantColumns,
    rules: PlantRules,
    tanks: Tanks,
    made: FloatArray,
    flows: PlantFlows,
) -> None:
    """Serve circuits and fill tanks from the heat made in the hour, shape (circuits,)."""
    for circuit in range(made.size):
        if tanks.layers[circuit] > 0:
            missing = fill_layers(hour, tanks, circuit, columns, made[circuit])
            flows.content[hour + 1, circuit] = keep_layers(hour + 1, tanks, circuit)
            flows.unserved[hour, circuit] = missing
            continue
        after, lost, missing = fill_tank(
            flows.content[hour, circuit],
            columns.duration[hour],
            rules.loss_rate[circuit],
            made[circuit],
            columns.heat[hour, circuit],
        )
        flows.content[hour + 1, circuit] = after
        flows.loss[hour, circuit] = lost
        flows.unserved[hour, circuit] = missing


@kernel
def want_heat(
    hour: int,
    columns: PlantColumns,
    rules: PlantRules,
    tanks: Tanks,
    flows: PlantFlows,
    wanted: FloatArray,
) -> None:
    """Write what circuits take and what their tanks need to follow their plan.

    Tanks of layers stand for the hour first, so that all they then have can be delivered.
    """
    for circuit in range(wanted.size):
        planned = columns.planned_content[hour, circuit]
        if tanks.layers[circuit] > 0:
            duration = columns.duration[hour]
            flows.loss[hour, circuit] = stand_hour(tanks, circuit, duration) / duration
            filling = want_filling(hour, tanks, circuit, planned) / duration
            wanted[circuit] = max(columns.heat[hour, circuit] + filling, 0.0)
            continue
        before = flows.content[hour, circuit]
        loss = 0.5 * rules.loss_rate[circuit] * (before + planned)
        filling = (planned - before) / columns.duration[hour]
        wanted[circuit] = max(columns.heat[hour, circuit] + filling + loss, 0.0)


@kernel
def dispatch_hours(
    columns: PlantColumns,
    rules: PlantRules,
    tanks: Tanks,
    flows: PlantFlows,
    duties: Duties,
    heat: FloatArray,
) -> None:
    """Run the plant through all hours; see `dispatch` for the rules.

    ``heat`` (circuits,) is work space: what is wanted, then what was made. ``flows.content``
    begins with the content before the first hour, ``tanks.now`` with the layers.
    """
    hours, circuits = columns.heat.shape
    for circuit in range(circuits):
        if tanks.layers[circuit] > 0:
            flows.content[0, circuit] = keep_layers(0, tanks, circuit)
    for hour in range(hours):
        now = Hour(
            columns.cold[hour],
            columns.cold_work[hour],
            columns.unit_heat[hour],
            columns.eer[hour],
            columns.unit_cold[hour],
            columns.reuse_cop[hour],
            columns.unit_reuse[hour],
            columns.rejection_limit[hour],
        )
        want_heat(hour, columns, rules, tanks, flows, heat)
        direct = draw_waste_heat(
            columns.waste_capacity[hour], columns.is_warm_enough[hour], heat, flows.direct[hour]
        )
        set_duties(now, columns.cop[hour], heat, rules, duties)
        fit_duties(duties, rules, columns.evaporator_limit[hour])
        fixed = fixed_electricity(now, rules, direct)
        reused, power, units = reuse_cold(
            now, rules, columns.electricity_limit[hour] - fixed, duties
        )
        fixed += reuse_auxiliary(now, rules, reused, power)
        limit = columns.electricity_limit[hour] - fixed - power
        flows.auxiliary[hour] = fixed + run_within(duties, rules, rules.units - units, limit)
        for circuit in range(circuits):
            flows.heat[hour, circuit] = duties.output[circuit]
            flows.electricity[hour, circuit] = duties.power[circuit]
            flows.units[hour, circuit] = duties.working[circuit]
            heat[circuit] = duties.output[circuit]
            for source in range(flows.direct.shape[1]):
                heat[circuit] += flows.direct[hour, source, circuit]
        if rules.reuse_circuit >= 0:
            heat[rules.reuse_circuit] += reused
        fill_tanks(hour, columns, rules, tanks, heat, flows)
        chilled = float(duties.output[circuits])
        flows.units[hour, circuits] = duties.working[circuits] + units
        flows.chiller_electricity[hour] = duties.power[circuits] + power
        flows.reused[hour] = reused
        flows.rejected[hour] = chilled + duties.power[circuits]
        flows.cold[hour] = cold_served(now, chilled + reused - power)
