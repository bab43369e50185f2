"""A network of pandapipes in a file becomes a folder of ours."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...model.errors import Fault, Faults, InvalidInputError
from ..load import check_crs
from ..scenario_file import FILE
from ..write import write_tables
from .library import quiet, require_pandapipes
from .read import Imported, from_pandapipes

HOUR = 3600
"""Length of the one step that an imported network describes. [s]"""

ALL = "all"


def import_pandapipes(
    file: Path, folder: Path, *, crs: str | None = None, skip: bool = False
) -> Imported:
    """Write a network that pandapipes saved as a folder of tables with a scenario.

    Parameters
    ----------
    file : Path
        JSON, as ``pandapipes.to_json`` writes it.
    folder : Path
        New or empty; its name becomes the scenario's where the network has none.
    crs : str, optional
        Of the coordinates; default: as it was exported, else ``"none"``.
    skip : bool, optional
        Leave out what has no place in our tables instead of refusing the network.

    Returns
    -------
    Imported
        What was written; its faults tell what was left out.

    Raises
    ------
    InvalidInputError
        If the file is no such network, the folder is not empty, or something has no place in our
        tables; nothing is written then.
    """
    require_pandapipes()
    given, folder = folder, folder.resolve()  # new/.. is no new folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        rule = "a new or an empty folder"
        raise InvalidInputError(Fault("import", "FOLDER", str(given), rule))
    if crs is not None:
        check_crs(crs, faults := Faults())
        faults.raise_any()
    imported = from_pandapipes(_read(file))
    if not skip:
        imported.faults.raise_any()
    if any(name not in imported.tables for name in ("junctions", "pipes")):
        raise InvalidInputError(
            *imported.faults.found, Fault(str(file), "pipes", 0, "at least one")
        )
    write_folder(imported, folder, crs=crs)
    return imported


def _read(file: Path) -> Any:
    """Return the network in a file."""
    import pandapipes

    rule = "a network that pandapipes.to_json has written"
    fault = Fault("import", "FILE", str(file), rule)
    if not file.is_file():
        raise InvalidInputError(Fault("import", "FILE", str(file), "a file"))
    try:
        with quiet():
            network = pandapipes.from_json(str(file))
    except (ValueError, KeyError, TypeError, AttributeError, UserWarning) as error:
        raise InvalidInputError(fault) from error
    if not isinstance(network, pandapipes.pandapipesNet):
        raise InvalidInputError(fault)
    return network


def write_folder(imported: Imported, folder: Path, *, crs: str | None = None) -> None:
    """Write an imported network as a folder: tables, ground temperature, mode and scenario.

    Parameters
    ----------
    imported : Imported
        From `from_pandapipes`.
    folder : Path
        Made where it is missing; files of the same names are replaced.
    crs : str, optional
        See `import_pandapipes`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(imported.tables, folder)
    settings = dict(imported.settings)
    settings.setdefault("name", re.sub(r"[^A-Za-z0-9_.-]+", "_", folder.resolve().name))
    settings["crs"] = crs or settings.get("crs") or _carried_crs(imported)
    (folder / FILE).write_text(toml_text(settings), encoding="utf-8", newline="\n")
    ground = imported.ground_temperature
    columns = {ALL: next(iter(ground.values()))} if len(set(ground.values())) == 1 else ground
    header = ",".join(["time_s", *(_quoted(name) for name in columns)])
    values = ",".join([str(HOUR), *(repr(float(value)) for value in columns.values())])
    text = f"{header}\n{values}\n"
    (folder / "ground_temperature.csv").write_text(text, encoding="utf-8", newline="\n")
    if "mode" in settings:
        mode = f"time_s,{ALL}\n{HOUR},cold\n"
        (folder / "mode.csv").write_text(mode, encoding="utf-8", newline="\n")


def _carried_crs(imported: Imported) -> str:
    """Return the coordinate system: the scenario's default is not carried, so ask for a name."""
    from ...model.scenario import Scenario

    return str(Scenario.model_fields["crs"].default) if "name" in imported.settings else "none"


def _quoted(name: str) -> str:
    """Return a cell of CSV."""
    quoted = name.replace('"', '""')
    return f'"{quoted}"' if any(sign in name for sign in ',"\n') else name


def toml_text(settings: Mapping[str, Any]) -> str:
    """Return sections as TOML: values first, then each section under its name.

    Examples
    --------
    >>> print(toml_text({"name": "a", "water": {"density": 983.0}}), end="")
    name = "a"
    <BLANKLINE>
    [water]
    density = 983.0
    """
    lines = [f"{_key(key)} = {_value(value)}" for key, value in _plain(settings)]
    lines += _sections(settings, ())
    return "\n".join(lines) + "\n"


def _sections(content: Mapping[str, Any], above: tuple[str, ...]) -> list[str]:
    lines = []
    for key, value in content.items():
        if isinstance(value, Mapping) and value:
            name = (*above, _key(key))
            plain = [f"{_key(own)} = {_value(each)}" for own, each in _plain(value)]
            if plain:
                lines += ["", f"[{'.'.join(name)}]", *plain]
            lines += _sections(value, name)
    return lines


def _plain(content: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in content.items() if not isinstance(value, Mapping)]


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


def _value(value: object) -> str:
    """Return a value; texts and lists of JSON are TOML, too."""
    return repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)
