"""Colours of the report: told apart by colour-blind readers and on a grey printer."""

INK = "#17242f"
"""Text and axes."""

MUTED = "#5d6b78"
"""Secondary text."""

RULE = "#d5dbe0"
"""Grid lines and borders."""

NETWORK = "#00507d"
"""The network in its base case."""

BACKUP = "#3fa0d8"
"""The network with a source out."""

REFERENCE = "#c8500a"
"""Individual heat pumps."""

REFERENCE_SHADES = {"on_demand": "#c8500a", "spread": "#e39a5b", "night": "#8a5a3c"}
"""Individual heat pumps by tap-water strategy."""

SERVICES = {
    "space": "#e0a100",
    "tap_water": "#b3361c",
    "cold": "#4aa8e0",
    "loss": "#98a3ad",
    "source": "#00806a",
    "none": "#4c5b68",
}
"""What a circuit is for."""

SOURCES = {"waste_heat": "#8a4b14", "effluent": "#00806a"}
"""Kinds of source."""

ELECTRICITY = "#6b4fa0"
"""Compressors, pumps and controls."""

EXTRA = ("#7a6a00", "#3b6e8f", "#a0527a", "#4f7d3a", "#6d6d6d")
"""For circuits beyond one of each service."""

CLASSES = ("#b9d3ea", "#79b2d8", "#3c8cc0", "#176299", "#0b3c6b", "#c8500a")
"""Six classes of a rising quantity; the last is beyond the design limit."""

WARM_CLASSES = ("#2f6fb0", "#6aa5cf", "#a58fb5", "#d59a5a", "#cc5f2e", "#8f1d14")
"""Six classes of temperature, from cold to hot."""

RISING = ("#c3d5e3", "#9cc2de", "#6faad3", "#3480b8", "#155a8c", "#0a3255")
"""Six classes of a rising quantity without a limit."""


def lighter(color: str, share: float = 0.35) -> str:
    """Mix a colour with white.

    Examples
    --------
    >>> lighter("#000000", 0.5)
    '#808080'
    """
    parts = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    mixed = [round(part + (255 - part) * share) for part in parts]
    return "#" + "".join(f"{part:02x}" for part in mixed)
