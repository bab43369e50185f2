"""Tanks of layers: what goes in comes out, and what stands cools."""

import numpy as np
import pytest

from warmtenet.model.buffer import (
    check_buffers,
    layer_rates,
    tank_losses,
    thermocline,
    water_heat,
)
from warmtenet.model.errors import Faults, InvalidInputError
from warmtenet.model.scenario import BufferSection, Scenario
from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.kernels.tank import chargeable, drawable, mix_inverted, push, stand

HOT, COLD, NEED = 72.0, 40.0, 70.0
NUMBER = 20
ALL = 1e300
HOUR = 3600.0


def cold_tank(number: int = NUMBER) -> FloatArray:
    """Return a tank full of return water."""
    return np.full(number, COLD)


def charge(layers: FloatArray, heat: float) -> float:
    """Charge with hot water; return what was taken, in kelvin times layers."""
    before = layers.sum()
    depth, _ = chargeable(layers, len(layers), HOT, heat)
    push(layers, len(layers), -depth, COLD, HOT, np.empty(2 * len(layers) + 2))
    return float(layers.sum() - before)


def draw(layers: FloatArray, heat: float) -> float:
    """Draw heat; return what was given, in kelvin times layers."""
    before = layers.sum()
    depth, _ = drawable(layers, len(layers), NEED, COLD, heat)
    push(layers, len(layers), depth, COLD, HOT, np.empty(2 * len(layers) + 2))
    return float(before - layers.sum())


def rest(layers: FloatArray, tank: BufferSection, seconds: float) -> float:
    """Let a tank stand; return what it lost, in kelvin times layers."""
    rates, modes = np.linalg.eigh(layer_rates(tank, HOT))
    return stand(
        layers,
        len(layers),
        np.stack([modes, modes.T]),
        np.maximum(rates, 0.0),
        tank.room_temperature,
        seconds,
        np.empty(len(layers)),
    )


def tank(**changes: object) -> BufferSection:
    """Return a tank of 40 m3."""
    usual = {"circuit": "tap_water", "volume": 40.0, "layers": NUMBER}
    return BufferSection.model_validate({**usual, **changes})


def test_a_full_charge_comes_back_whole() -> None:
    layers = cold_tank()

    taken = charge(layers, ALL)
    assert layers == pytest.approx(HOT)
    given = draw(layers, ALL)

    assert taken == pytest.approx((HOT - COLD) * NUMBER, rel=1e-12)
    assert given == pytest.approx(taken, rel=1e-12)
    assert layers == pytest.approx(COLD)


def test_whole_layers_move_without_a_trace() -> None:
    layers = cold_tank()

    charge(layers, 7 * (HOT - COLD))

    assert layers.tolist() == pytest.approx([COLD] * 13 + [HOT] * 7)


@pytest.mark.parametrize("share", [0.03, 0.37, 0.5, 1.61, 7.3])
def test_what_is_charged_and_drawn_is_what_was_asked_for(share: float) -> None:
    layers = cold_tank()
    charge(layers, 11.7 * (HOT - COLD))

    assert charge(layers, share * 10.0) == pytest.approx(share * 10.0, rel=1e-10)
    assert draw(layers, share * 10.0) == pytest.approx(share * 10.0, rel=1e-10)
    assert (np.diff(layers) >= 0.0).all()


def test_water_below_the_need_stays() -> None:
    layers = np.concatenate([np.full(10, COLD), np.full(5, NEED - 1.0), np.full(5, HOT)])
    total = layers.sum()

    given = draw(layers, ALL)

    assert given == pytest.approx(5 * (HOT - COLD), rel=0.05)
    assert layers[-1] == pytest.approx(NEED - 1.0, abs=0.5)
    assert layers.sum() == pytest.approx(total - given)
    assert draw(layers, ALL) == pytest.approx(0.0, abs=0.2)


def test_a_charge_takes_lukewarm_water_from_below_first() -> None:
    layers = np.concatenate([np.full(10, 60.0), np.full(10, HOT)])

    assert charge(layers, ALL) == pytest.approx(10 * (HOT - 60.0), rel=1e-12)
    assert layers == pytest.approx(HOT)


def test_inverted_layers_mix_and_keep_their_heat() -> None:
    layers = np.array([40.0, 60.0, 50.0, 40.0, 70.0])
    total = layers.sum()

    mix_inverted(layers, 5)

    assert layers.tolist() == pytest.approx([40.0, 50.0, 50.0, 50.0, 70.0])
    assert layers.sum() == pytest.approx(total, rel=1e-15)


def test_colder_water_from_above_sinks_to_its_own() -> None:
    layers = np.array([30.0, 70.0, 70.0, 70.0, 70.0])

    push(layers, 5, -0.5, COLD, 50.0, np.empty(12))

    assert (np.diff(layers) >= 0.0).all()
    assert layers.sum() == pytest.approx(30.0 * 0.5 + 70.0 * 4 + 50.0 * 0.5)


def test_an_even_tank_cools_as_the_exponential_says() -> None:
    """With a loss spread by mass (no lids, no conduction) all layers cool alike."""
    flat = tank(height_to_diameter=1e6, heat_loss_coefficient=12.0, vertical_conductivity=0.0)
    layers = np.full(NUMBER, HOT)

    lost = rest(layers, flat, 30 * 24 * HOUR)

    kept = np.exp(-12.0 / water_heat(flat) * 30 * 24 * HOUR)
    assert layers == pytest.approx(15.0 + (HOT - 15.0) * kept, abs=1e-3)
    assert lost == pytest.approx(NUMBER * (HOT - 15.0) * (1.0 - kept), rel=1e-4)


def test_standing_is_the_same_in_one_step_and_in_many() -> None:
    """Where nothing inverts: the lids' loss is small against what is conducted."""
    insulated = tank(heat_loss_coefficient=0.0)
    once = np.linspace(COLD, HOT, NUMBER)
    often = once.copy()

    rest(once, insulated, 48 * HOUR)
    for _ in range(48):
        rest(often, insulated, HOUR)

    assert often == pytest.approx(once, abs=1e-10)
    assert once.sum() == pytest.approx(NUMBER * (COLD + HOT) / 2.0, rel=1e-13)


def test_lids_and_side_share_the_loss_by_area() -> None:
    side, end = tank_losses(tank(heat_loss_coefficient=12.0), HOT)
    slim = tank_losses(tank(heat_loss_coefficient=12.0, height_to_diameter=100.0), HOT)
    full = tank_losses(tank(standing_loss=570.0, room_temperature=15.0), HOT)

    assert side + 2.0 * end == pytest.approx(12.0)
    assert slim[1] < 0.01 * slim[0]
    assert sum(full) + full[1] == pytest.approx(10.0)


def test_a_thermocline_grows_while_the_tank_stands() -> None:
    storage = tank(layers=100, heat_loss_coefficient=0.0)
    layers = np.concatenate([np.full(50, COLD), np.full(50, HOT)])
    height = 6.0

    before = thermocline(layers[np.newaxis], height)
    rest(layers, storage, 24 * HOUR)
    after = thermocline(layers[np.newaxis], height)

    diffusivity = 1.5 * 40.0 / water_heat(storage)
    assert before == 0.0
    height_of_tank = 5.884
    expected = 2 * 1.2816 * np.sqrt(2 * diffusivity * 24 * HOUR) * height / height_of_tank
    assert after == pytest.approx(expected, abs=2 * height / 100)


@pytest.mark.parametrize(
    ("tanks", "message"),
    [
        ({"a": {"insulation_thickness": 0.2}}, r"insulation_thickness = 0.2, expected layers of"),
        (
            {"a": {"layers": 9, "insulation_thickness": 0.2, "heat_loss_coefficient": 9.0}},
            r"insulation_thickness = 0.2, expected no heat_loss_coefficient",
        ),
        ({"a": {"layers": 9}, "b": {}}, r"\[buffers.a\]: layers = 9, expected no other tank"),
    ],
)
def test_keys_that_do_not_fit_together_are_refused(
    tanks: dict[str, dict[str, object]], message: str
) -> None:
    sections = {name: {"circuit": "a", "volume": 9.0, **keys} for name, keys in tanks.items()}
    faults = Faults()

    check_buffers(Scenario.model_validate({"name": "a", "buffers": sections}), faults)

    with pytest.raises(InvalidInputError, match=message):
        faults.raise_any()


@pytest.mark.compiled
def test_compiled_and_plain_tanks_agree() -> None:
    compiled, plain = np.linspace(30.0, 60.0, 9), np.linspace(30.0, 60.0, 9)
    work = np.empty(20)

    push(compiled, 9, -2.3, 35.0, 65.0, work)
    push.py_func(plain, 9, -2.3, 35.0, 65.0, work)

    assert plain == pytest.approx(compiled, rel=1e-13)
    assert drawable.py_func(plain, 9, 50.0, 35.0, ALL) == pytest.approx(
        drawable(compiled, 9, 50.0, 35.0, ALL)
    )
