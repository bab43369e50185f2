"""Properties of liquid water, as polynomials in °C that the kernels evaluate too.

The coefficients were fitted to IAPWS-IF97 and the IAPWS viscosity formulation of 2008 at
0.6 MPa. Between 0.3 and 1.0 MPa density moves by 0.03 %, heat capacity and viscosity by 0.06 %.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.polynomial import polynomial

from .scenario import WaterSection

FloatArray = npt.NDArray[np.float64]
Coefficients = tuple[float, float, float, float, float, float, float]

VALID_FROM, VALID_UNTIL = 0.0, 140.0
"""Range of the fits. [°C]"""

STANDARD_GRAVITY = 9.80665
"""Standard acceleration of free fall, ISO 80000-3. [m/s2]"""

ATMOSPHERE = 101_325.0
"""Standard atmosphere, above which gauge pressures are given. [Pa]"""


class WaterTable(NamedTuple):
    """Polynomials of water properties in temperature, lowest power first.

    A named tuple of tuples is understood by numba as it stands.

    Parameters
    ----------
    heat_capacity : tuple of 7 float
        [J/(kg K)]
    enthalpy : tuple of 8 float
        Integral of ``heat_capacity`` from 0 °C, and the enthalpy there. [J/kg]
    specific_volume : tuple of 7 float
        [m3/kg]
    fluidity : tuple of 7 float
        Inverse of the dynamic viscosity. [1/(Pa s)]
    temperature : tuple of 7 float
        First estimate of the temperature in the enthalpy. [°C]
    """

    heat_capacity: Coefficients
    enthalpy: tuple[float, float, float, float, float, float, float, float]
    specific_volume: Coefficients
    fluidity: Coefficients
    temperature: Coefficients


HEAT_CAPACITY = (
    4216.46938451,
    -3.10123098003,
    0.0993584322454,
    -0.00173132192165,
    1.77894096968e-05,
    -9.2229821492e-08,
    1.90309178406e-10,
)


def _integral(
    at_zero: float, c: Coefficients
) -> tuple[float, float, float, float, float, float, float, float]:
    return (at_zero, c[0], c[1] / 2, c[2] / 3, c[3] / 4, c[4] / 5, c[5] / 6, c[6] / 7)


IAPWS = WaterTable(
    heat_capacity=HEAT_CAPACITY,
    enthalpy=_integral(568.173245994, HEAT_CAPACITY),
    specific_volume=(
        0.000999895426796,
        -6.04414240977e-08,
        8.36882882238e-09,
        -6.84669437448e-11,
        5.26072306865e-13,
        -2.28032718303e-15,
        4.32543491684e-18,
    ),
    fluidity=(
        558.446536699,
        19.4552786303,
        0.13304529157,
        -0.000290248654344,
        7.20541491397e-07,
        -9.98076625586e-09,
        3.32601524068e-11,
    ),
    temperature=(
        -0.135637752288,
        0.000237279288963,
        1.72769963513e-11,
        -6.78186727238e-17,
        1.42374450968e-22,
        -1.78611754081e-28,
        8.82913593695e-35,
    ),
)
"""Fits to IAPWS-IF97 at 0.6 MPa, 0-140 °C: density within 7e-6, heat capacity within 1.2e-4,
viscosity within 3e-5 of the formulation, which itself is uncertain by about 1 % in viscosity."""

LN_VAPOUR_PRESSURE = (
    6.41552644148,
    0.0726441091221,
    -0.000297203220327,
    1.04465581236e-06,
    -1.58021445414e-09,
    -2.25492744727e-11,
    2.51819224898e-13,
    -1.13828294466e-15,
    1.99623334988e-18,
)
"""Natural logarithm of the saturation pressure in Pa, fitted to IAPWS-IF97 within 7e-4."""


def water_table(section: WaterSection) -> WaterTable:
    """Return the polynomials of a scenario's ``[water]``.

    Parameters
    ----------
    section : WaterSection
        ``model = "iapws"``, or ``"constant"`` with its three properties.

    Returns
    -------
    WaterTable
        Polynomials for the kernels and for the functions of this module.
    """
    if section.model == "iapws":
        return IAPWS
    return WaterTable(
        heat_capacity=_constant(section.heat_capacity),
        enthalpy=_integral(0.0, _constant(section.heat_capacity)),
        specific_volume=_constant(1.0 / section.density),
        fluidity=_constant(1.0 / section.viscosity),
        temperature=(0.0, 1.0 / section.heat_capacity, 0.0, 0.0, 0.0, 0.0, 0.0),
    )


def _constant(value: float) -> Coefficients:
    return (value, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def density(temperature: FloatArray, water: WaterTable = IAPWS) -> FloatArray:
    """Return the density of liquid water. [kg/m3]

    Parameters
    ----------
    temperature : array of float
        [°C], 0 to 140.
    water : WaterTable, optional
        Default: IAPWS.

    Examples
    --------
    >>> float(density(np.array(60.0)).round(2))
    983.42
    """
    return np.asarray(1.0 / polynomial.polyval(temperature, water.specific_volume))


def heat_capacity(temperature: FloatArray, water: WaterTable = IAPWS) -> FloatArray:
    """Return the isobaric specific heat capacity. [J/(kg K)]

    Parameters
    ----------
    temperature : array of float
        [°C], 0 to 140.
    water : WaterTable, optional
        Default: IAPWS.

    Examples
    --------
    >>> float(heat_capacity(np.array(60.0)).round(0))
    4182.0
    """
    return np.asarray(polynomial.polyval(temperature, water.heat_capacity))


def enthalpy(temperature: FloatArray, water: WaterTable = IAPWS) -> FloatArray:
    """Return the specific enthalpy, the integral of `heat_capacity`. [J/kg]

    Parameters
    ----------
    temperature : array of float
        [°C], 0 to 140.
    water : WaterTable, optional
        Default: IAPWS.

    Examples
    --------
    >>> float((enthalpy(np.array(70.0)) - enthalpy(np.array(40.0))).round(-2))
    125400.0
    """
    return np.asarray(polynomial.polyval(temperature, water.enthalpy))


def viscosity(temperature: FloatArray, water: WaterTable = IAPWS) -> FloatArray:
    """Return the dynamic viscosity. [Pa s]

    Parameters
    ----------
    temperature : array of float
        [°C], 0 to 140.
    water : WaterTable, optional
        Default: IAPWS.

    Examples
    --------
    >>> float(viscosity(np.array(60.0)).round(6))
    0.000466
    """
    return np.asarray(1.0 / polynomial.polyval(temperature, water.fluidity))


def vapour_pressure(temperature: FloatArray) -> FloatArray:
    """Return the absolute saturation pressure. [Pa]

    Parameters
    ----------
    temperature : array of float
        [°C], 0 to 140.

    Examples
    --------
    >>> float(vapour_pressure(np.array(100.0)).round(-2))
    101400.0
    """
    return np.asarray(np.exp(polynomial.polyval(temperature, LN_VAPOUR_PRESSURE)))
