"""Arrays larger than memory: in a file without a name, or let go of part by part.

The kernels write them like any other array. What is `release`d no longer counts as memory of the
process: values in a file stay there, values that are kept nowhere are zero again.
"""

import mmap
import os
import shutil
import tempfile
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ..model.errors import Fault, InvalidInputError

AnyArray = np.ndarray[tuple[int, ...], np.dtype[Any]]

GB = 1e9
"""Bytes."""

PART = 64 * 1024**2
"""So much of large arrays is worked on at a time. [bytes]"""


def in_file(shape: tuple[int, ...], dtype: type, folder: Path) -> AnyArray:
    """Return zeros that live in a file of their own.

    The file has no name (on Windows: until it is closed) and goes with the array, also when the
    process is killed. Its room on the disk is taken at once, so that no later write can fail.

    Parameters
    ----------
    shape : tuple of int
        Of the array.
    dtype : type
        Of its values.
    folder : Path
        Where room is; it exists.

    Raises
    ------
    InvalidInputError
        If the disk has no room.
    """
    size = prod(shape) * np.dtype(dtype).itemsize
    if size == 0:
        return np.zeros(shape, dtype)
    with tempfile.TemporaryFile(dir=folder) as file:
        _take_room(file.fileno(), size, folder)
        pages = mmap.mmap(file.fileno(), size)  # keeps the file open by itself
    return np.frombuffer(pages, dtype).reshape(shape)


def _take_room(file: int, size: int, folder: Path) -> None:
    """Reserve room on the disk, or refuse."""
    free = shutil.disk_usage(folder).free
    try:
        if size > free:
            raise OSError
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file, 0, size)
        else:
            os.ftruncate(file, size)
    except OSError as error:
        rule = f"{size / GB:.2g} GB more for results that do not fit in memory"
        fault = Fault(f"folder '{folder}'", "free GB", round(free / GB, 2), rule)
        raise InvalidInputError(fault) from error


def fleeting(shape: tuple[int, ...], dtype: type) -> AnyArray:
    """Return zeros that take memory only from when they are written until they are released.

    Parameters
    ----------
    shape : tuple of int
        Of the array.
    dtype : type
        Of its values.
    """
    size = prod(shape) * np.dtype(dtype).itemsize
    private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if os.name == "posix" else {}
    return np.frombuffer(mmap.mmap(-1, max(size, 1), **private), dtype, prod(shape)).reshape(shape)


def is_large(array: AnyArray) -> bool:
    """Return whether an array lives in a file, or is fleeting."""
    return _pages(array) is not None


def release(*arrays: AnyArray) -> None:
    """Let go of the memory of arrays, or of parts of them; others stay as they are.

    Whole pages alone are let go of: of a part, those that no other part shares.

    Parameters
    ----------
    *arrays : array
        Views of what `in_file` and `fleeting` returned; any other is left alone.
    """
    if not hasattr(mmap, "MADV_DONTNEED"):
        return
    for array in arrays:
        pages = _pages(array)
        if pages is None or not array.size:
            continue
        begin = np.frombuffer(pages, np.uint8).ctypes.data
        first, after = np.lib.array_utils.byte_bounds(array)
        first = -(-(first - begin) // mmap.PAGESIZE) * mmap.PAGESIZE
        after -= begin
        if after < len(pages):
            after = after // mmap.PAGESIZE * mmap.PAGESIZE
        if after > first:
            pages.madvise(mmap.MADV_DONTNEED, first, after - first)


def parts_of(hours: int, size: float, part: float = PART) -> Iterator[slice]:
    """Yield the hours of an array in parts, so that a part takes no more memory than it should.

    Parameters
    ----------
    hours : int
        Length of the first axis.
    size : float
        Of the whole array. [bytes]
    part : float
        Most that a part shall have; an hour at least is one. [bytes]

    Examples
    --------
    >>> [(rows.start, rows.stop) for rows in parts_of(5, 400.0, part=160.0)]
    [(0, 2), (2, 4), (4, 5)]
    """
    step = max(int(part * hours / size), 1) if size > 0 else max(hours, 1)
    for begin in range(0, hours, step):
        yield slice(begin, min(begin + step, hours))


def _pages(array: AnyArray) -> mmap.mmap | None:
    """Return the pages that an array is a view of, if it is one."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    owner = base.obj if isinstance(base, memoryview) else base
    return owner if isinstance(owner, mmap.mmap) else None
