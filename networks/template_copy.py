"""``warmtenet new``: a commented example in a folder of the user's own."""

import re
from pathlib import Path

from ..model.errors import Fault, InvalidInputError
from .bundled import TEMPLATE, template_folder
from .scenario_file import FILE

COPIED = (".csv", ".toml")


def write_template(folder: Path) -> None:
    """Write a scenario with tables that runs as it stands.

    Parameters
    ----------
    folder : Path
        New or empty; its name becomes the scenario's.

    Raises
    ------
    InvalidInputError
        If something is there already.
    """
    given, folder = (
        folder,
        folder.resolve(),
    )  # new/.. is no new folder, though its name does not exist
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        rule = "a new or an empty folder"
        raise InvalidInputError(Fault("new", "FOLDER", str(given), rule))
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9_.-]+", "_", folder.resolve().name) or TEMPLATE
    for source in sorted(template_folder().iterdir()):
        if source.suffix in COPIED:
            text = source.read_text(encoding="utf-8")
            if source.name == FILE:
                text = text.replace(f'name = "{TEMPLATE}"', f'name = "{name}"', 1)
            (folder / source.name).write_text(text, encoding="utf-8", newline="\n")
