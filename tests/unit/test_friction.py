"""Friction factors against the equations that they solve."""

from math import log10, sqrt

import numpy as np
import pytest
from scipy.optimize import brentq

from warmtenet.model.scenario import FrictionSection, Scenario
from warmtenet.networks.columns import FloatArray
from warmtenet.solvers.kernels import friction as formulas
from warmtenet.solvers.kernels.compile import kernel
from warmtenet.solvers.kernels.tree_friction import friction_factors
from warmtenet.solvers.kernels.tree_rows import FACTOR, LANES, REYNOLDS, SCRATCH
from warmtenet.solvers.kernels.tree_tables import Options
from warmtenet.solvers.steady import solver_options

ROUGHNESS = (1e-6, 1e-4, 1e-3, 1e-2)
"""Over the inner diameter. [1]"""


def factors(reynolds: FloatArray, roughness: float, **section: object) -> FloatArray:
    """Return Darcy's friction factors at a roughness over the diameter."""
    scenario = Scenario(name="test", friction=FrictionSection(**section))
    options = solver_options(scenario, exchange=False)
    relative = roughness / 3.7
    found = []
    for first in range(0, reynolds.size, LANES):
        part = reynolds[first : first + LANES]
        scratch = scratch_of(part)
        write_factors(options, relative, relative**1.11, scratch)
        found.append(scratch[FACTOR : FACTOR + part.size])
    return np.concatenate(found)


@kernel
def write_factors(options: Options, relative: float, rough: float, scratch: FloatArray) -> None:
    """Call the formula that is written into kernels."""
    friction_factors(options, relative, rough, scratch)


def scratch_of(reynolds: FloatArray) -> FloatArray:
    """Return the kernel's places of lanes with the Reynolds numbers in theirs."""
    scratch = np.zeros(SCRATCH)
    scratch[REYNOLDS : REYNOLDS + reynolds.size] = reynolds
    return scratch


def colebrook(reynolds: float, roughness: float) -> float:
    """Return the factor as the root of Colebrook's equation."""

    def missing(root: float) -> float:
        return root + 2.0 * log10(roughness / 3.7 + 2.51 * root / reynolds)

    return float(brentq(missing, 0.5, 30.0, xtol=1e-15, rtol=1e-15)) ** -2


@pytest.mark.parametrize("roughness", ROUGHNESS)
def test_colebrook_is_solved_where_the_flow_is_turbulent(roughness: float) -> None:
    reynolds = np.geomspace(4000.0, 1e8, 80)
    exact = [colebrook(each, roughness) for each in reynolds]
    assert factors(reynolds, roughness) == pytest.approx(exact, rel=1e-10)


@pytest.mark.parametrize("roughness", ROUGHNESS)
def test_law_of_pandapipes_solves_colebrook_in_slow_flow_too(roughness: float) -> None:
    reynolds = np.geomspace(200.0, 1e8, 80)
    exact = [colebrook(each, roughness) for each in reynolds]
    assert factors(reynolds, roughness, law="pandapipes") == pytest.approx(exact, rel=1e-10)


@pytest.mark.parametrize("roughness", ROUGHNESS)
def test_haaland_is_explicit(roughness: float) -> None:
    reynolds = np.geomspace(4000.0, 1e8, 80)
    root = -1.8 * np.log10((roughness / 3.7) ** 1.11 + 6.9 / reynolds)
    assert factors(reynolds, roughness, law="haaland") == pytest.approx(root**-2, rel=1e-12)


@pytest.mark.parametrize("roughness", ROUGHNESS)
def test_rough_law_adds_laminar_friction_at_every_reynolds_number(roughness: float) -> None:
    reynolds = np.geomspace(1.0, 1e8, 80)
    exact = (-2.0 * np.log10(roughness / 3.71)) ** -2 + 64.0 / reynolds
    assert factors(reynolds, roughness, law="rough") == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("law", ["colebrook", "haaland"])
def test_laminar_flow_has_64_over_its_reynolds_number(law: str) -> None:
    reynolds = np.geomspace(1e-6, 2000.0, 50)
    assert factors(reynolds, 1e-3, law=law) == pytest.approx(64.0 / reynolds, rel=1e-12)


@pytest.mark.parametrize("law", ["colebrook", "haaland"])
@pytest.mark.parametrize("roughness", ROUGHNESS)
def test_pressure_drop_rises_smoothly_from_laminar_to_turbulent(
    law: str, roughness: float
) -> None:
    reynolds = np.linspace(1500.0, 4500.0, 30_001)
    drop = factors(reynolds, roughness, law=law) * reynolds**2
    slope = np.diff(drop)
    assert (slope > 0.0).all()
    assert np.abs(np.diff(slope)).max() < 2e-3 * slope.max()


def test_equal_limits_make_a_jump() -> None:
    reynolds = np.array([2299.999, 2300.001])
    low, high = factors(reynolds, 1e-3, laminar_until=2300.0, turbulent_from=2300.0)
    assert low == pytest.approx(64.0 / 2299.999, rel=1e-9)
    assert high == pytest.approx(colebrook(2300.001, 1e-3), rel=1e-9)


def test_no_flow_has_a_finite_factor() -> None:
    for law in ("colebrook", "haaland", "rough", "pandapipes"):
        assert np.isfinite(factors(np.zeros(1), 1e-3, law=law)).all()


@pytest.mark.compiled
@pytest.mark.parametrize("law", ["colebrook", "haaland", "rough", "pandapipes"])
def test_compiled_and_plain_factors_agree(law: str) -> None:
    reynolds = np.geomspace(10.0, 1e7, LANES)
    scenario = Scenario(name="test", friction=FrictionSection(law=law))
    options = solver_options(scenario, exchange=False)
    compiled, plain = scratch_of(reynolds), scratch_of(reynolds)
    write_factors(options, 1e-4, 1e-4**1.11, compiled)
    friction_factors.py_func(options, 1e-4, 1e-4**1.11, plain)
    assert compiled[FACTOR:][:LANES] == pytest.approx(plain[FACTOR:][:LANES], rel=1e-13)


@pytest.mark.compiled
@pytest.mark.parametrize("reynolds", [2500.0, 1e5])
def test_compiled_and_plain_formulas_agree(reynolds: float) -> None:
    arguments = {
        "haaland_root": (1e-4, reynolds),
        "colebrook_step": (5.0, 1e-4, 2.51 / reynolds),
        "colebrook_start": (1e-4, 1.0 / reynolds),
        "turbulent_share": (reynolds, 2000.0, 1.0 / 2000.0),
    }
    for name, values in arguments.items():
        formula = getattr(formulas, name)
        assert formula(*values) == pytest.approx(formula.py_func(*values), rel=1e-14), name


@pytest.mark.parametrize("reynolds", [2500.0, 1e5, 1e8])
def test_two_pipes_in_one_step_are_as_one_and_one(reynolds: float) -> None:
    step, both = formulas.colebrook_step.py_func, formulas.colebrook_steps.py_func
    one, other = (5.0, 1e-4, 2.51 / reynolds), (7.1, 3e-6, 2.51 / 4e5)
    assert both(*one, *other) == pytest.approx((step(*one), step(*other)), rel=1e-14)


def test_factor_of_a_textbook_pipe() -> None:
    """Moody's chart: relative roughness 0.001 at Re = 1e5 gives 0.0222."""
    assert factors(np.array([1e5]), 1e-3) == pytest.approx(0.0222, abs=1e-4)
    assert sqrt(1.0 / factors(np.array([1e5]), 1e-3)[0]) == pytest.approx(6.71, abs=0.02)
