"""Choosing pipes: coincident loads along a tree, friction, and the smallest pipe that serves."""

from dataclasses import dataclass

import numpy as np

from ..model.catalogue import PipeType, read_catalogue
from ..model.water import density, viscosity
from .columns import FloatArray, IntArray

PERSONS_PER_DWELLING, PERSONS_PER_NORMAL_DWELLING = 2.0, 3.5
"""Of this district (our assumption) and of the normal dwelling of DS 439."""

LAMINAR_FRICTION, LAMINAR_UNTIL = 64.0, 2300.0
"""Of a round pipe: friction factor times Reynolds number, and where it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingRule:
    """Limits that a pipe must keep at its design flow.

    Parameters
    ----------
    ladder : tuple of PipeType
        Pipes to choose from, from small to large.
    max_gradient : float
        Friction per metre of one pipe. [Pa/m]
    max_velocity : float
        [m/s]
    temperature : float
        Of the water, for its viscosity: the colder, the more friction. [°C]
    """

    ladder: tuple[PipeType, ...]
    max_gradient: float
    max_velocity: float
    temperature: float


def friction_gradient(mass_flow: FloatArray, pipe: PipeType, temperature: float) -> FloatArray:
    """Return the pressure that friction takes per metre of one pipe.

    Parameters
    ----------
    mass_flow : array of float
        [kg/s]
    pipe : PipeType
        Gives inner diameter and roughness.
    temperature : float
        Of the water. [°C]

    Returns
    -------
    array of float
        [Pa/m]

    Notes
    -----
    Haaland's explicit form, within 2 % of Colebrook's for turbulent flow; laminar below a
    Reynolds number of 2,300. For choosing pipes; the solvers use Colebrook's law itself.

    References
    ----------
    S. E. Haaland, Simple and explicit formulas for the friction factor in turbulent pipe flow,
    Journal of Fluids Engineering 105 (1983) 89-90 (form as in common use).

    Examples
    --------
    >>> dn100 = read_catalogue()["steel-single-S2-DN100"]
    >>> friction_gradient(np.array([9.13]), dn100, 57.0).round(0)
    array([100.])
    """
    rho = float(density(np.array(temperature)))
    mu = float(viscosity(np.array(temperature)))
    diameter = pipe.inner_diameter
    speed = velocity(mass_flow, pipe, temperature)
    reynolds = np.maximum(rho * speed * diameter / mu, 1e-9)
    rough = (pipe.roughness / diameter / 3.7) ** 1.11
    turbulent = (-1.8 * np.log10(rough + 6.9 / np.maximum(reynolds, LAMINAR_UNTIL))) ** -2
    factor = np.where(reynolds < LAMINAR_UNTIL, LAMINAR_FRICTION / reynolds, turbulent)
    return np.asarray(factor / diameter * rho * speed**2 / 2.0)


def velocity(mass_flow: FloatArray, pipe: PipeType, temperature: float) -> FloatArray:
    """Return the mean velocity of a flow in a pipe. [kg/s], [°C] -> [m/s]

    Examples
    --------
    >>> dn100 = read_catalogue()["steel-single-S2-DN100"]
    >>> velocity(np.array([9.0]), dn100, 57.0).round(2)
    array([1.01])
    """
    area = np.pi / 4.0 * pipe.inner_diameter**2
    return np.asarray(np.abs(mass_flow) / (float(density(np.array(temperature))) * area))


def choose_pipes(mass_flow: FloatArray, rule: SizingRule) -> tuple[PipeType, ...]:
    """Return for every flow the first pipe of the ladder that keeps the rule.

    Parameters
    ----------
    mass_flow : array of float, shape (pipes,)
        Design flow. [kg/s]
    rule : SizingRule
        Limits and ladder.

    Returns
    -------
    tuple of PipeType, length pipes
        The largest of the ladder where none keeps the rule.

    Examples
    --------
    >>> rule = SizingRule(ladder=catalogue_ladder("steel-single-S2"), max_gradient=100.0,
    ...     max_velocity=2.0, temperature=57.0)
    >>> [pipe.dn for pipe in choose_pipes(np.array([0.1, 9.0, 9.5]), rule)]
    [20, 100, 125]
    """
    choice = np.full(mass_flow.shape, len(rule.ladder) - 1)
    for step in range(len(rule.ladder) - 1, -1, -1):
        pipe = rule.ladder[step]
        serves = (friction_gradient(mass_flow, pipe, rule.temperature) <= rule.max_gradient) & (
            velocity(mass_flow, pipe, rule.temperature) <= rule.max_velocity
        )
        choice[serves] = step
    return tuple(rule.ladder[step] for step in choice)


def catalogue_ladder(*families: str) -> tuple[PipeType, ...]:
    """Return the pipes of catalogue families, from small to large.

    Parameters
    ----------
    *families : str
        Beginnings of ids, e.g. ``"pexa-twin-plus"``; or whole ids.

    Examples
    --------
    >>> [pipe.dn for pipe in catalogue_ladder("pexa-twin-plus", "steel-twin-S2-DN80")]
    [20, 25, 32, 40, 50, 65, 80]
    """
    pipes = [
        pipe
        for pipe in read_catalogue().values()
        if any(pipe.id == family or pipe.id.startswith(f"{family}-") for family in families)
    ]
    return tuple(sorted(pipes, key=lambda pipe: pipe.inner_diameter))


def downstream_sums(parent: IntArray, own: FloatArray) -> FloatArray:
    """Return for every node of a forest the sum over itself and everything behind it.

    Parameters
    ----------
    parent : array of int, shape (nodes,)
        Row of the node towards the plant, -1 at the plant; in any order.
    own : array of float, shape (nodes,) or (nodes, kinds)
        What stands at the node itself.

    Examples
    --------
    >>> downstream_sums(np.array([-1, 0, 0, 1]), np.array([0.0, 1.0, 2.0, 4.0])).tolist()
    [7.0, 5.0, 2.0, 4.0]
    """
    total = own.astype(np.float64)
    depth = path_sums(parent, np.ones(parent.size)).astype(np.int64)
    order = np.argsort(-depth, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(-depth[order])) + 1):
        below = rows[parent[rows] >= 0]
        np.add.at(total, parent[below], total[below])
    return total


def path_sums(parent: IntArray, own: FloatArray) -> FloatArray:
    """Return for every node the sum from the plant to itself, both included.

    Parameters
    ----------
    parent : array of int, shape (nodes,)
        Row of the node towards the plant, -1 at the plant; in any order.
    own : array of float, shape (nodes,)
        What stands at the node itself.

    Examples
    --------
    >>> path_sums(np.array([-1, 0, 0, 1]), np.array([1.0, 1.0, 1.0, 1.0])).tolist()
    [1.0, 2.0, 2.0, 3.0]
    """
    total, above = own.astype(np.float64), parent.copy()
    while (hangs := above >= 0).any():
        total[hangs] += total[above[hangs]]
        above[hangs] = above[above[hangs]]
    return total


def ds439_load(dwellings: FloatArray) -> FloatArray:
    """Return the coincident tap-water load of exchangers without stores.

    Parameters
    ----------
    dwellings : array of float
        Number behind a pipe; 0 gives 0.

    Returns
    -------
    array of float
        Lasting seconds to minutes. [W]

    Notes
    -----
    P = 1.19 N + 18.8 sqrt(N) + 17.6 kW with N normal dwellings of 3.5 persons; ours hold 2.0
    (our assumption).

    References
    ----------
    DS 439, Norm for vandinstallationer, Dansk Standard (formula as quoted in public teaching
    material; the text itself was not at hand).

    Examples
    --------
    >>> (ds439_load(np.array([0.0, 1.0, 20.0, 1300.0])) / 1000.0).round(1).tolist()
    [0.0, 32.5, 94.8, 1414.0]
    """
    normal = dwellings * (PERSONS_PER_DWELLING / PERSONS_PER_NORMAL_DWELLING)
    load = 1190.0 * normal + 18_800.0 * np.sqrt(normal) + 17_600.0
    return np.where(dwellings > 0.0, load, 0.0)
