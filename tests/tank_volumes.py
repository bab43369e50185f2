"""A stratified tank by finite volumes in space and scipy in time: advection, conduction, loss."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import isotonic_regression

from warmtenet.networks.columns import FloatArray

HOUR = 3600.0

TURNS = 4
"""Of buoyancy in an hour: colder cells above warmer ones are mixed (isotonic regression)."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of water.

    Parameters
    ----------
    height : float
        [m]
    diffusivity : float
        [m2/s]
    loss : float
        Of the side, over the heat capacity of the water. [1/s]
    end_loss : float
        Of each lid, the same. [1/s]
    room, hot, back : float
        [°C]
    """

    height: float
    diffusivity: float
    loss: float
    end_loss: float
    room: float
    hot: float
    back: float


def fine_profile(
    column: Column, moves: Sequence[float], cells: int, parts: int
) -> tuple[FloatArray, FloatArray]:
    """Return the means of ``parts`` of the column at the end, and what each hour pushed out.

    ``moves`` are heights per hour, positive upward (drawn). The limiter is van Leer's. What was
    pushed out is its mean temperature times the height, 0 in hours of rest. [°C m]
    """
    state, out = np.full(cells + 1, column.back), []
    for move in moves:
        state[-1] = 0.0
        step = min(0.4 * column.height / cells / max(abs(move) / HOUR, 1e-12), HOUR)
        step = min(step, 0.4 * (column.height / cells) ** 2 / max(column.diffusivity, 1e-12))
        for _ in range(TURNS):
            solution = solve_ivp(
                _change,
                (0.0, HOUR / TURNS),
                state,
                method="RK23",
                max_step=step,
                rtol=1e-6,
                atol=1e-6,
                args=(column, move / HOUR),
            )
            state = solution.y[:, -1].copy()
            state[:-1] = isotonic_regression(state[:-1]).x
        out.append(state[-1])
    return state[:-1].reshape(parts, -1).mean(axis=1), np.array(out)


def _change(_: float, state: FloatArray, column: Column, speed: float) -> FloatArray:
    water = state[:-1]
    size = column.height / len(water)
    inner = -column.diffusivity * np.diff(water) / size
    upward = water if speed >= 0.0 else water[::-1]
    enters = column.back if speed >= 0.0 else column.hot
    before, after = np.diff(upward, prepend=enters), np.diff(upward, append=upward[-1])
    product = before * after
    bend = np.divide(
        2.0 * product, before + after, out=np.zeros_like(product), where=product > 0.0
    )
    passed = np.concatenate([[enters], upward + 0.5 * bend]) * abs(speed)
    flux = passed if speed >= 0.0 else -passed[::-1]
    flux[1:-1] += inner
    change = -np.diff(flux) / size - column.loss * (water - column.room)
    ends = column.end_loss * len(water)
    change[0] -= ends * (water[0] - column.room)
    change[-1] -= ends * (water[-1] - column.room)
    return np.append(change, passed[-1])
