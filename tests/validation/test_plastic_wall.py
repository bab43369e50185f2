"""Plug flow beside a wall that conducts badly, against the exact solution by Laplace transform."""

from dataclasses import replace

import numpy as np
import pytest
from circuit_factory import DENSITY, HEAT_CAPACITY, VISCOSITY
from plug_factory import PE, STEEL, pipe, steps, travel, wall_capacity
from scipy.special import ive, kve

from warmtenet.model.wall import wall_resistance
from warmtenet.networks.columns import FloatArray

pytestmark = pytest.mark.validation

LENGTH, ROWS, COLD, WARM = 50.0, 500, 20.0, 55.0

WALLS = {
    "PE-X": (0.0326, 0.0037, PE, 0.38, 0.35),
    "thin PE-X": (0.0204, 0.0023, PE, 0.38, 0.15),
    "steel": (0.0545, 0.0039, STEEL, 52.0, 1.2),
}
"""Inner diameter, thickness [m], material, conductivity [W/(m K)], flow [kg/s]."""


def film(diameter: float, flow: float) -> float:
    """Return the conductance of the film per metre, by Gnielinski at 37.5 °C. [W/(m K)]"""
    from iapws import IAPWS97

    conductivity = float(IAPWS97(T=310.65, P=0.6).k)
    reynolds = 4.0 * flow / (np.pi * diameter * VISCOSITY)
    prandtl = HEAT_CAPACITY * VISCOSITY / conductivity
    eighth = (0.79 * np.log(reynolds) - 1.64) ** -2 / 8.0
    turned = 12.7 * np.sqrt(eighth) * (prandtl ** (2.0 / 3.0) - 1.0)
    nusselt = eighth * (reynolds - 1000.0) * prandtl / (1.0 + turned)
    return float(np.pi * conductivity * nusselt)


def exact_outlet(wall: str, seconds: FloatArray) -> FloatArray:
    """Return the outlet after a step of the inlet: conduction through a hollow cylinder. [°C]

    The transform is turned back on a line beside the imaginary axis, by Fourier.
    """
    diameter, thickness, (density, heat), conductivity, flow = WALLS[wall]
    count, span, shift = 2**15, 4.0 * seconds[-1], 14.0 / (4.0 * seconds[-1])
    s = shift + 2j * np.pi * np.fft.fftfreq(count, span / count)
    inner, outer = diameter / 2.0, diameter / 2.0 + thickness
    q = np.sqrt(s * density * heat / conductivity)
    near, far = q * inner, q * outer
    fades = np.exp(near - far + np.abs(near.real) - np.abs(far.real))
    over = ive(1, far) * kve(1, near) - kve(1, far) * ive(1, near) * fades
    under = ive(1, far) * kve(0, near) + kve(1, far) * ive(0, near) * fades
    into_wall = 2.0 * np.pi * inner * conductivity * q * over / under
    conducts = film(diameter, flow)
    joined = conducts * into_wall / (conducts + into_wall)
    area = np.pi / 4.0 * diameter**2
    speed, held = flow / (DENSITY * area), area * DENSITY * HEAT_CAPACITY
    answer = np.exp(-(LENGTH / speed) * (s + joined / held)) / s
    time = np.arange(count) * span / count
    found = np.fft.ifft(answer).real * count / span * np.exp(shift * time)
    return np.asarray(COLD + (WARM - COLD) * np.interp(seconds, time, found))


@pytest.mark.parametrize("wall", WALLS)
def test_a_front_past_a_wall_that_conducts_is_as_round_as_it_is(wall: str) -> None:
    diameter, thickness, material, conductivity, flow = WALLS[wall]
    circuit = pipe(
        length=LENGTH,
        inner_diameter=diameter,
        wall=wall_capacity(diameter, thickness, material),
        heat_loss_coefficient=0.0,
    )
    resistance = wall_resistance(np.array(diameter), np.array(thickness), np.array(conductivity))
    conducting = replace(circuit, wall_resistance=np.full((2, 1), resistance))
    driven = steps(circuit, np.ones(ROWS), near=WARM)
    expected = exact_outlet(wall, np.arange(1.0, ROWS + 1.0))

    def shape(water: FloatArray) -> tuple[float, float]:
        """Return half height and the time from 10 to 90 % of it. [s]"""
        heights = COLD + (WARM - COLD) * np.array([0.1, 0.5, 0.9])
        low, middle, high = np.interp(heights, water, np.arange(1.0, ROWS + 1.0))
        return float(middle), float(high - low)

    found, lumped = (
        travel(one, driven, flow, at_first=COLD).pipe_outlet_end[:, 0]
        for one in (conducting, circuit)
    )
    arrives, lasts = shape(expected)
    assert shape(found) == pytest.approx((arrives, lasts), rel=0.05)
    error = np.sqrt(((found - expected) ** 2).mean())
    assert error < 0.3 * np.sqrt(((lumped - expected) ** 2).mean())
    if material == PE:  # a wall of one temperature would let the front be too steep by half
        assert shape(lumped)[1] < 0.7 * lasts
