"""Water that moves through pipes: fronts, losses, reversal, walls; what is exact is exact."""

import numpy as np
import pytest
from circuit_factory import DENSITY, HEAT_CAPACITY, scenario
from plug_factory import STEEL, content, pipe, steps, travel, wall_capacity

from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.plug_columns import sees_film

LOSSLESS = {"heat_loss_coefficient": 0.0}


def outlet(out: object) -> FloatArray:
    return np.asarray(out.pipe_outlet[:, -1])


def test_a_front_arrives_after_volume_over_flow_and_keeps_its_shape() -> None:
    circuit = pipe(length=120.0, inner_diameter=0.0545, **LOSSLESS)
    rows, flow = 900, 0.9
    near = np.where(np.arange(rows) < 10, 50.0, 80.0)

    out = travel(circuit, steps(circuit, np.ones(rows), near=near), flow, at_first=50.0)

    delay = content(circuit) / flow
    arrives = 10.0 + delay
    before, after = int(np.floor(arrives)), int(np.ceil(arrives))
    assert outlet(out)[:before] == pytest.approx(50.0, abs=1e-9)
    assert outlet(out)[after:] == pytest.approx(80.0, abs=1e-9)
    share = after - arrives
    assert outlet(out)[before] == pytest.approx(50.0 + 30.0 * share, abs=1e-6)


@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_any_inlet_leaves_in_its_own_order_after_uneven_steps(direction: float) -> None:
    rng = np.random.default_rng(3)
    duration = rng.uniform(1.0, 40.0, 150)
    circuit = pipe(length=60.0, inner_diameter=0.05, **LOSSLESS)
    flow = rng.uniform(0.2, 1.5, 150)
    water = rng.uniform(40.0, 90.0, 150)
    driven = steps(circuit, duration, near=water, far=water)

    out = travel(circuit, driven, direction * flow)

    entered = np.concatenate([[0.0], np.cumsum(flow * duration)])
    heat = np.concatenate([[0.0], np.cumsum(flow * duration * (water - 60.0))])
    left = np.interp(entered - content(circuit), entered, heat)
    expected = 60.0 + np.diff(left) / (flow * duration)
    assert outlet(out) == pytest.approx(expected, abs=1e-8)


def test_standing_water_cools_exponentially_to_the_ground() -> None:
    circuit = pipe(length=30.0, inner_diameter=0.02, heat_loss_coefficient=0.15)
    duration = np.array([1.0, 3600.0, 50_000.0, 7.0, 900.0])

    out = travel(circuit, steps(circuit, duration, ground=8.0), 0.0, at_first=70.0)

    rate = 0.15 * 30.0 / (content(circuit) * HEAT_CAPACITY)
    expected = 8.0 + 62.0 * np.exp(-rate * np.cumsum(duration))
    assert out.pipe_outlet_end[:, 0] == pytest.approx(expected, abs=1e-9)


def _time_to_cool(first: float, last: float, ground: float) -> float:
    """Return the integral of c / (T - ground) dT, the time per mass and loss. [J/(kg K)]"""
    from iapws import IAPWS97

    nodes, weights = np.polynomial.legendre.leggauss(12)
    low, high = np.log(last - ground), np.log(first - ground)
    places = ground + np.exp(0.5 * (high + low) + 0.5 * (high - low) * nodes)
    capacity = [IAPWS97(T=t + 273.15, P=0.6).cp * 1000.0 for t in places]
    return float(0.5 * (high - low) * (weights @ np.array(capacity)))


@pytest.mark.parametrize("seconds", [20.0, 600.0, 3600.0])
def test_standing_water_of_iapws_cools_to_the_ground_and_no_further(seconds: float) -> None:
    """After water of 70 °C flowed, whose heat capacity is not that on the way to 10 °C."""
    circuit = pipe(length=100.0, inner_diameter=0.05, heat_loss_coefficient=5.0)
    rows = int(21_600.0 / seconds)
    duration, flow = np.full(rows + 1, seconds), np.where(np.arange(rows + 1) < 1, 5.0, 0.0)

    out = travel(
        circuit,
        steps(circuit, duration, near=70.0),
        flow,
        at_first=70.0,
        given=scenario(model="iapws"),
    )

    shown = out.pipe_outlet_end[:, 0]
    assert np.all(np.diff(shown) < 0.0)
    assert shown.min() > 10.0
    hour = int(3600.0 / seconds)
    one, three = (_time_to_cool(shown[0], shown[hour * each], 10.0) for each in (1, 3))
    assert three / one == pytest.approx(3.0, rel=1e-3)


@pytest.mark.parametrize("seconds", [1.0, 60.0, 900.0, 3600.0])
def test_steady_flow_loses_what_the_time_of_stay_says(seconds: float) -> None:
    circuit = pipe(length=300.0, inner_diameter=0.0545, heat_loss_coefficient=0.25)
    flow, rows = 0.35, 40

    out = travel(circuit, steps(circuit, np.full(rows, seconds), near=75.0), flow, at_first=75.0)
    begun = travel(circuit, steps(circuit, [86_400.0], near=75.0), flow, at_first=75.0)

    stay = content(circuit) / flow
    rate = 0.25 * 300.0 / (content(circuit) * HEAT_CAPACITY)
    age = np.minimum(np.cumsum(np.full(rows, seconds)), stay)
    assert out.pipe_outlet_end[:, 0] == pytest.approx(10.0 + 65.0 * np.exp(-rate * age), abs=1e-8)
    assert begun.pipe_outlet_end[0, 0] == pytest.approx(
        10.0 + 65.0 * np.exp(-rate * stay), abs=1e-8
    )


def test_the_mean_outlet_of_a_flushed_pipe_is_that_of_old_and_new_water() -> None:
    circuit = pipe(length=40.0, inner_diameter=0.03, heat_loss_coefficient=0.4)
    flow, seconds, water = 0.05, 3600.0, content(circuit := circuit)
    stay, rate = water / flow, 0.4 * 40.0 / (water * HEAT_CAPACITY)

    out = travel(circuit, steps(circuit, [seconds], near=80.0), flow, at_first=30.0)

    first = (1.0 - np.exp(-rate * stay)) / rate * 20.0
    then = (seconds - stay) * 70.0 * np.exp(-rate * stay)
    assert outlet(out)[0] == pytest.approx(10.0 + (first + then) / seconds, abs=1e-9)


def test_ground_that_changes_is_followed() -> None:
    circuit = pipe(length=50.0, inner_diameter=0.02, heat_loss_coefficient=1.0)
    ground = np.array([10.0, 30.0, -5.0, 20.0])[:, None]
    driven = steps(circuit, np.full(4, 1800.0), ground=ground)

    out = travel(circuit, driven, 0.0, at_first=55.0)

    rate = 50.0 / (content(circuit) * HEAT_CAPACITY)
    water, expected = 55.0, []
    for earth in ground[:, 0]:
        water = earth + (water - earth) * np.exp(-rate * 1800.0)
        expected.append(water)
    assert out.pipe_outlet_end[:, 0] == pytest.approx(expected, abs=1e-9)


def test_the_same_volume_back_gives_the_first_profile_again() -> None:
    circuit = pipe(length=100.0, inner_diameter=0.05, **LOSSLESS)
    profile = [(0.0, 40.0), (30.0, 85.0), (31.0, 50.0), (100.0, 62.0)]
    there = np.array([0.8, 0.3, 0.0, 1.1, 0.2])
    flow = np.concatenate([there, -there[::-1]])
    driven = steps(circuit, np.full(10, 45.0), near=90.0, far=20.0)
    rows, drain = 200, content(circuit) / 200.0
    slowly = steps(circuit, np.concatenate([driven.duration, np.ones(rows)]), near=5.0)

    back = travel(circuit, slowly, np.concatenate([flow, np.full(rows, drain)]), at_first=profile)
    never = travel(circuit, steps(circuit, np.ones(rows), near=5.0), drain, at_first=profile)

    lost = there.sum() * 45.0 / content(circuit)  # the far end left the pipe, and came back mixed
    kept = int(rows * lost) + 1
    assert outlet(back)[10 + kept :] == pytest.approx(outlet(never)[kept:], abs=1e-6)
    assert lost < 0.6


@pytest.mark.parametrize("loss", [0.0, 0.3])
@pytest.mark.parametrize("seconds", [7.0, 60.0, 400.0])
def test_a_pipe_cut_in_ten_gives_the_same_outlet(seconds: float, loss: float) -> None:
    rows = 120
    whole = pipe(length=200.0, heat_loss_coefficient=loss)
    parts = pipe(10, length=20.0, heat_loss_coefficient=loss)
    near = np.where(np.arange(rows) < 20, 55.0, 80.0)

    one = travel(whole, steps(whole, np.full(rows, seconds), near=near), 0.55)
    ten = travel(parts, steps(parts, np.full(rows, seconds), near=near), 0.55)

    assert outlet(ten) == pytest.approx(outlet(one), abs=1e-6)


def test_parts_of_a_pipe_pass_on_water_of_any_flow() -> None:
    rng = np.random.default_rng(11)
    duration, flow = rng.uniform(5.0, 100.0, 120), rng.uniform(0.0, 0.8, 120)
    flow[40:45] = 0.0
    near = 60.0 + 20.0 * np.sin(np.arange(120) / 7.0)
    whole, parts = pipe(length=200.0), pipe(10, length=20.0)

    one = travel(whole, steps(whole, duration, near=near), flow)
    ten = travel(parts, steps(parts, duration, near=near), flow)

    flows = flow > 0.0
    assert outlet(ten)[flows] == pytest.approx(outlet(one)[flows], abs=0.05)


@pytest.mark.parametrize("seconds", [2.0, 900.0])
def test_every_step_closes_its_heat_balance(seconds: float) -> None:
    rng = np.random.default_rng(5)
    rows = 300
    circuit = pipe(3, length=30.0, inner_diameter=0.05, wall=wall_capacity(0.05, 0.003, STEEL))
    flow = rng.uniform(-0.6, 0.9, rows) * (rng.random(rows) > 0.2)
    near, far = rng.uniform(20.0, 90.0, (2, rows))
    driven = steps(circuit, np.full(rows, seconds), near=near, far=far)

    out = travel(circuit, driven, flow)

    given = out.producer_heat.sum(axis=1) - out.heat_loss
    gained = np.diff(out.stored) / seconds
    scale = np.abs(out.producer_heat).sum(axis=1) + np.abs(out.heat_loss)
    assert (np.abs(given[1:] - gained) / scale[1:]).max() < 1e-9
    assert out.heat_residual.max() < 1e-9


def test_a_full_ring_of_slugs_joins_neighbours_and_keeps_the_heat() -> None:
    rng = np.random.default_rng(8)
    rows = 3000
    circuit = pipe(length=500.0, inner_diameter=0.2, **LOSSLESS)
    near = rng.uniform(40.0, 90.0, rows)
    flow = content(circuit) / 2000.0

    out = travel(circuit, steps(circuit, np.ones(rows), near=near), flow)

    carried = flow * HEAT_CAPACITY * (near.sum() - outlet(out).sum())
    assert out.stored[-1] - content(circuit) * HEAT_CAPACITY * 60.0 == pytest.approx(
        carried, rel=1e-9
    )
    assert out.heat_residual.max() < 1e-9


@pytest.mark.parametrize("seconds", [1.0, 3600.0])
def test_a_wall_slows_a_front_by_its_heat_capacity(seconds: float) -> None:
    wall = wall_capacity(0.0525, 0.0039, STEEL)
    circuit = pipe(length=39.0, inner_diameter=0.0525, wall=wall, **LOSSLESS)
    water = content(circuit) * HEAT_CAPACITY
    rows, flow = (400, 1.2) if seconds == 1.0 else (6, 0.01)
    near = np.where(np.arange(rows) < 1, 20.0, 60.0)

    out = travel(circuit, steps(circuit, np.full(rows, seconds), near=near), flow, at_first=20.0)

    missing = (60.0 - outlet(out)).sum() * seconds * flow * HEAT_CAPACITY / 40.0
    assert missing == pytest.approx(water + wall * 39.0 + seconds * flow * HEAT_CAPACITY, rel=1e-9)
    assert out.stored[-1] == pytest.approx((water + wall * 39.0) * 60.0, rel=1e-9)


def test_beside_a_wall_steady_water_loses_what_it_loses_without() -> None:
    lined = pipe(length=39.0, wall=wall_capacity(0.05, 0.003, STEEL), heat_loss_coefficient=0.9)
    bare = pipe(length=39.0, heat_loss_coefficient=0.9)

    slow, plain = (
        travel(circuit, steps(circuit, np.ones(2500), near=70.0), 0.5, at_first=70.0)
        for circuit in (lined, bare)
    )

    assert outlet(slow)[-1] == pytest.approx(outlet(plain)[-1], abs=1e-6)


def test_a_cold_pipe_with_a_wall_ends_in_the_exact_answer() -> None:
    wall = wall_capacity(0.05, 0.003, STEEL)
    circuit = pipe(length=39.0, wall=wall, heat_loss_coefficient=0.6)

    out = travel(circuit, steps(circuit, np.full(150, 60.0)), 0.1, at_first=20.0)

    expected = 10.0 + 50.0 * np.exp(-0.6 * 39.0 / (0.1 * HEAT_CAPACITY))
    assert outlet(out)[-1] == pytest.approx(expected, abs=1e-6)
    assert out.pipe_outlet_end[-1, 0] == pytest.approx(expected, abs=1e-6)


def test_steps_of_a_millisecond_close_their_balance() -> None:
    rng = np.random.default_rng(6)
    circuit = pipe(4, length=500.0, inner_diameter=0.3)
    driven = steps(circuit, np.full(30, 1e-3), near=rng.uniform(40.0, 90.0, 30))

    out = travel(circuit, driven, rng.uniform(0.1, 1.0, 30))

    assert out.heat_residual.max() < 1e-11


def test_water_of_one_density_fills_the_pipe() -> None:
    assert content(pipe(length=10.0, inner_diameter=0.1)) == pytest.approx(
        np.pi / 4.0 * 0.01 * 10.0 * DENSITY
    )


def test_water_that_rushes_past_a_wall_is_as_warm_whatever_the_step() -> None:
    wall = wall_capacity(0.0825, 0.0032, STEEL)
    circuit = pipe(length=20.0, inner_diameter=0.0825, wall=wall, heat_loss_coefficient=0.25)
    near = 60.0 + 20.0 * (np.arange(20) % 4)

    long = travel(circuit, steps(circuit, np.full(20, 60.0), near=near), 28.0, at_first=60.0)
    short = travel(
        circuit, steps(circuit, np.full(600, 2.0), near=np.repeat(near, 30)), 28.0, at_first=60.0
    )

    of_short = short.pipe_outlet[:, 0].reshape(20, 30).mean(axis=1)
    assert outlet(long) == pytest.approx(of_short, abs=0.02)
    assert long.heat_residual.max() < 1e-9


@pytest.mark.parametrize("seconds", [1.0, 10.0, 60.0, 900.0])
@pytest.mark.parametrize(
    ("flow", "coefficient"), [(1.2, 0.6), (0.1, 0.6), (0.03, 9.0), (0.1, 20.0)]
)
def test_beside_a_wall_steady_water_ends_in_the_steady_answer(
    seconds: float, flow: float, coefficient: float
) -> None:
    """Heat leaves from the wall, behind the film; in equilibrium all is the coefficient's.

    So it is where the film passes less than that: 7 W/(m K) in laminar flow.
    """
    steel, columns = wall_capacity(0.0525, 0.0039, STEEL), {"length": 39.0}
    columns |= {"inner_diameter": 0.0525, "heat_loss_coefficient": coefficient}
    circuit = pipe(wall=steel, **columns)
    held = content(circuit) + steel * 39.0 / HEAT_CAPACITY
    rows = int(8.0 * held / flow / seconds) + 2
    out = travel(circuit, steps(circuit, np.full(rows, seconds)), flow, at_first=20.0)

    rate = coefficient * 39.0 / (flow * HEAT_CAPACITY)
    assert outlet(out)[-1] == pytest.approx(10.0 + 50.0 * np.exp(-rate), abs=1e-6)
    assert out.heat_residual.max() < 1e-9


@pytest.mark.parametrize("seconds", [20.0, 60.0])
def test_a_pipe_with_a_wall_cut_in_ten_is_the_same_pipe(seconds: float) -> None:
    """Within what cells of a wall leave of 20 K that jump at random."""
    rows, steel = int(3600.0 / seconds), wall_capacity(0.0525, 0.0039, STEEL)
    near = 60.0 + 20.0 * np.random.default_rng(3).random(rows)
    columns = {"inner_diameter": 0.0525, "heat_loss_coefficient": 0.6, "wall": steel}
    one, ten = pipe(length=60.0, **columns), pipe(10, length=6.0, **columns)

    outlets = [
        outlet(travel(each, steps(each, np.full(rows, seconds), near=near), 0.8))
        for each in (one, ten)
    ]

    assert outlets[1] == pytest.approx(outlets[0], abs=1e-3)
    assert np.sqrt(np.mean((outlets[1] - outlets[0]) ** 2)) < 3e-4


def test_long_steps_behind_short_ones_leave_these_as_they_are() -> None:
    steel = wall_capacity(0.0525, 0.0039, STEEL)
    circuit = pipe(length=39.0, inner_diameter=0.0525, heat_loss_coefficient=0.6, wall=steel)
    short, long = np.ones(120), np.full(121, 3600.0)
    near = np.where(np.arange(241) < 5, 20.0, 70.0)

    alone = travel(circuit, steps(circuit, short, near=near[:120]), 1.2, at_first=20.0)
    mixed = travel(circuit, steps(circuit, np.r_[short, long], near=near), 1.2, at_first=20.0)

    assert outlet(mixed)[:120] == pytest.approx(outlet(alone), abs=1e-9)


def test_hours_of_a_run_with_minutes_have_the_mean_of_these() -> None:
    """Film and cells of walls serve steps of any length."""
    steel, hours, parts = wall_capacity(0.0525, 0.0039, STEEL), 24, 60
    circuit = pipe(length=390.0, inner_diameter=0.0525, heat_loss_coefficient=0.6, wall=steel)
    near = 60.0 + 15.0 * np.sin(np.arange(hours) / 3.0)
    flow = np.where(np.arange(hours) % 7 < 5, 0.4, 0.02)

    first = [60.0, 60.0]  # two steps of a minute, of which the first decides
    driven = steps(circuit, np.r_[first, np.full(hours, 3600.0)], near=np.r_[60.0, 60.0, near])
    long = outlet(travel(circuit, driven, np.r_[0.4, 0.4, flow]))[2:]
    minutes = np.r_[[60.0, 60.0], np.repeat(near, parts)]
    driven = steps(circuit, np.full(2 + hours * parts, 60.0), near=minutes)
    short = outlet(travel(circuit, driven, np.r_[0.4, 0.4, np.repeat(flow, parts)]))[2:]

    assert long == pytest.approx(short.reshape(hours, parts).mean(axis=1), abs=0.02)


def test_a_few_short_steps_among_long_ones_decide_nothing_about_walls() -> None:
    steel = wall_capacity(0.0525, 0.0039, STEEL)
    circuit = pipe(length=39.0, inner_diameter=0.0525, heat_loss_coefficient=0.6, wall=steel)
    hours = [3600.0] * 20

    assert not sees_film(steps(circuit, [*hours, 30.0]))
    assert sees_film(steps(circuit, [*hours, 30.0, 30.0]))
    assert sees_film(steps(circuit, [30.0]))
    assert not sees_film(steps(circuit, [0.0, 3600.0]))
