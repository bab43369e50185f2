"""Heat from water to the wall of its pipe, through the inner film."""

from math import log

from ...model.water import WaterTable
from .compile import inline
from .water import polynomial6

LAMINAR = 3.66  # fully developed, wall of one temperature: Shah & London (1978)
LAMINAR_UNTIL, TURBULENT_FROM = 2300.0, 4000.0

CONDUCTIVITY = (
    0.556277824,
    0.002472815197,
    -2.13156232e-05,
    1.503936872e-07,
    -8.174565991e-10,
    1.849204036e-12,
    0.0,
)  # W/(m K), fitted to IAPWS R15-11 at 0.6 MPa, 0-140 °C, within 4e-4


@inline
def gnielinski(reynolds: float, prandtl: float) -> float:
    """Return the Nusselt number of turbulent flow in a smooth pipe.

    V. Gnielinski, "New equations for heat and mass transfer in turbulent pipe and channel flow",
    Int. Chem. Eng. 16 (1976) 359-368, with the friction of Petukhov; 3,000 < Re < 5e6,
    0.5 < Pr < 2,000, within about 10 %. Entrance and wall viscosity are left out.
    """
    root = 1.0 / (0.79 * log(reynolds) - 1.64)
    eighth = root * root * 0.125
    steep = 12.7 * eighth**0.5 * (prandtl ** (2.0 / 3.0) - 1.0)
    return float(eighth * (reynolds - 1000.0) * prandtl / (1.0 + steep))


@inline
def nusselt(reynolds: float, prandtl: float) -> float:
    """Return the Nusselt number at any Reynolds number.

    Between laminar and turbulent flow it is interpolated linearly: V. Gnielinski, "On heat
    transfer in tubes", Int. J. Heat Mass Transfer 63 (2013) 134-140.
    """
    if reynolds <= LAMINAR_UNTIL:
        return LAMINAR
    if reynolds >= TURBULENT_FROM:
        return gnielinski(reynolds, prandtl)
    share = (reynolds - LAMINAR_UNTIL) / (TURBULENT_FROM - LAMINAR_UNTIL)
    return (1.0 - share) * LAMINAR + share * gnielinski(TURBULENT_FROM, prandtl)


@inline
def film_conductance(
    water: WaterTable, flow: float, diameter: float, film: float, t: float
) -> float:
    """Return what a pipe's water gives its wall per kelvin. [W/K]

    ``film`` is pi times the length [m], ``flow`` the mass flow [kg/s], ``t`` the water [°C].
    """
    fluidity = polynomial6(water.fluidity, t)
    conductivity = polynomial6(CONDUCTIVITY, t)
    reynolds = 4.0 * abs(flow) * fluidity / (3.141592653589793 * diameter)
    prandtl = polynomial6(water.heat_capacity, t) / (fluidity * conductivity)
    return film * conductivity * nusselt(reynolds, prandtl)
