"""Water fits against the formulation itself, and the kernels' own functions against libm."""

from math import exp, log

import numpy as np
import pytest
from iapws import IAPWS97
from iapws.iapws97 import _PSat_T

from warmtenet.model.scenario import WaterSection
from warmtenet.model.water import (
    IAPWS,
    VALID_FROM,
    VALID_UNTIL,
    density,
    enthalpy,
    heat_capacity,
    vapour_pressure,
    viscosity,
    water_table,
)
from warmtenet.solvers.kernels import water as kernels

TEMPERATURES = np.linspace(VALID_FROM + 0.01, VALID_UNTIL, 57)
PRESSURE = 0.6  # MPa


def formulation(name: str, pressure: float = PRESSURE) -> np.ndarray:
    """Return a property of IAPWS-IF97 at the temperatures, in its own unit."""
    states = [IAPWS97(T=273.15 + celsius, P=pressure) for celsius in TEMPERATURES]
    return np.array([getattr(state, name) for state in states])


def test_density_is_that_of_the_formulation() -> None:
    assert density(TEMPERATURES) == pytest.approx(formulation("rho"), rel=7e-6)


def test_heat_capacity_is_that_of_the_formulation() -> None:
    assert heat_capacity(TEMPERATURES) == pytest.approx(1000.0 * formulation("cp"), rel=1.2e-4)


def test_viscosity_is_that_of_the_formulation() -> None:
    assert viscosity(TEMPERATURES) == pytest.approx(formulation("mu"), rel=3e-5)


def test_enthalpy_differences_are_those_of_the_formulation() -> None:
    exact = 1000.0 * formulation("h")
    assert enthalpy(TEMPERATURES) == pytest.approx(exact, abs=10.0)
    assert enthalpy(np.array(70.0)) - enthalpy(np.array(40.0)) == pytest.approx(
        1000.0 * (IAPWS97(T=343.15, P=PRESSURE).h - IAPWS97(T=313.15, P=PRESSURE).h), rel=1.2e-4
    )


def test_vapour_pressure_is_that_of_the_formulation() -> None:
    exact = [1e6 * _PSat_T(273.15 + celsius) for celsius in TEMPERATURES]
    assert vapour_pressure(TEMPERATURES) == pytest.approx(exact, rel=7e-4)


@pytest.mark.parametrize("pressure", [0.3, 1.0])
def test_pressures_of_a_network_hardly_move_the_properties(pressure: float) -> None:
    """At 0.3 MPa water boils at 133.5 °C."""
    liquid = TEMPERATURES < 130.0
    for fit, name, scale, tolerance in (
        (density, "rho", 1.0, 3e-4),
        (heat_capacity, "cp", 1000.0, 6e-4),
        (viscosity, "mu", 1.0, 6e-4),
    ):
        exact = scale * formulation(name, pressure)[liquid]
        assert fit(TEMPERATURES[liquid]) == pytest.approx(exact, rel=tolerance), name


def test_enthalpy_is_the_integral_of_the_heat_capacity() -> None:
    steps = np.linspace(5.0, 95.0, 20_001)
    middle = 0.5 * (steps[1:] + steps[:-1])
    integral = (heat_capacity(middle) * np.diff(steps)).sum()
    assert enthalpy(steps[-1]) - enthalpy(steps[0]) == pytest.approx(integral, rel=1e-9)


def test_constant_water_is_what_the_scenario_says() -> None:
    section = WaterSection(model="constant", density=990.0, viscosity=5e-4, heat_capacity=4200.0)
    table = water_table(section)

    assert density(TEMPERATURES, table) == pytest.approx(990.0)
    assert viscosity(TEMPERATURES, table) == pytest.approx(5e-4)
    assert heat_capacity(TEMPERATURES, table) == pytest.approx(4200.0)
    assert enthalpy(TEMPERATURES, table) == pytest.approx(4200.0 * TEMPERATURES)


def test_scenario_uses_the_formulation_unless_told_otherwise() -> None:
    assert water_table(WaterSection()) is IAPWS


@pytest.mark.parametrize("celsius", [0.0, 18.0, 42.3, 99.0, 140.0])
def test_slope_is_the_derivative_of_the_polynomial(celsius: float) -> None:
    powers = np.polynomial.Polynomial(IAPWS.heat_capacity)

    slope = kernels.slope6.py_func(IAPWS.heat_capacity, celsius)
    assert slope == pytest.approx(powers.deriv()(celsius), rel=1e-12)


@pytest.mark.compiled
@pytest.mark.parametrize("celsius", [0.0, 5.0, 18.0, 42.3, 70.0, 99.0, 140.0])
def test_temperature_is_the_inverse_of_the_enthalpy(celsius: float) -> None:
    content = kernels.enthalpy(IAPWS, celsius)

    assert content == pytest.approx(float(enthalpy(np.array(celsius))), rel=1e-13)
    assert kernels.temperature(IAPWS, content) == pytest.approx(celsius, abs=1e-9)


@pytest.mark.compiled
@pytest.mark.parametrize("x", [0.0, 1e-300, 1e-12, 0.1, 0.3466, 0.6932, 1.0, 7.7, 45.0, 80.0])
def test_own_exponential_is_that_of_the_library(x: float) -> None:
    assert kernels.exp_negative(x) == pytest.approx(exp(-x), rel=2e-15)


@pytest.mark.compiled
def test_own_exponential_stays_at_its_last_value_far_out() -> None:
    assert kernels.exp_negative(1e9) == kernels.exp_negative(80.0)
    assert kernels.exp_negative(1e300) > 0.0


@pytest.mark.compiled
@pytest.mark.parametrize("x", [1e-300, 1e-9, 0.5, 0.7071, 0.99999, 1.0, 1.00001, 2.0, 1e5, 1e300])
def test_own_logarithm_is_that_of_the_library(x: float) -> None:
    assert kernels.log(x) == pytest.approx(log(x), rel=2e-15, abs=1e-16)


@pytest.mark.compiled
@pytest.mark.parametrize("value", [0.0, 1e-5, 0.37, 2.5, 60.0])
def test_compiled_and_plain_formulas_agree(value: float) -> None:
    """They may differ in the last digits: compiled, a product and a sum are rounded once."""
    assert kernels.exp_negative(value) == pytest.approx(
        kernels.exp_negative.py_func(value), rel=1e-15
    )
    assert kernels.log(1.0 + value) == pytest.approx(
        kernels.log.py_func(1.0 + value), rel=1e-14, abs=1e-16
    )
    content = kernels.enthalpy(IAPWS, value)
    assert content == pytest.approx(kernels.enthalpy.py_func(IAPWS, value), rel=1e-14)
    assert kernels.temperature(IAPWS, content) == pytest.approx(
        kernels.temperature.py_func(IAPWS, content), abs=1e-12
    )
