"""The contract of ``substations.csv``: kinds of substations, named by consumers."""

from ..model.substation import substation_defaults
from ..model.water import VALID_FROM, VALID_UNTIL
from .contract import Column, Table

TYPES = ("heat_exchanger", "floor_heating")
CONNECTIONS = ("mixing", "throttling", "exchanger")

DEFAULTS = substation_defaults()


def _water(name: str, meaning: str = "", *, required: bool = False) -> Column:
    """Return a column of water temperatures of the design point."""
    return Column(
        name=name,
        unit="°C",
        required=required,
        at_least=VALID_FROM,
        at_most=VALID_UNTIL,
        meaning=meaning,
    )


def _hourly(name: str, meaning: str) -> Column:
    """Return a column of temperatures that may vary over time."""
    return Column(
        name=name,
        unit="°C",
        at_least=VALID_FROM,
        at_most=VALID_UNTIL,
        varies=True,
        meaning=meaning,
    )


SUBSTATIONS = Table(
    name="substations",
    noun="substation",
    columns=(
        Column(name="id", kind="id", required=True),
        Column(name="type", kind="choice", required=True, choices=TYPES),
        Column(
            name="connection",
            kind="choice",
            choices=CONNECTIONS,
            meaning="of floor_heating, to the network",
        ),
        _water("design_supply_temperature", "of the network's water", required=True),
        _water("design_return_temperature", "of the network's water; with mixing the floor's"),
        _water("design_secondary_supply_temperature", "of the other side, or the floor"),
        _water("design_secondary_return_temperature", "of the other side, or the floor"),
        Column(
            name="design_room_temperature",
            unit="°C",
            at_least=VALID_FROM,
            at_most=VALID_UNTIL,
            default=DEFAULTS["design_room_temperature"],
            meaning="of floor_heating",
        ),
        _water("cooling_design_supply_temperature", "of the network's water, when it cools most"),
        _water("cooling_design_return_temperature", "of the network's water, when it cools most"),
        _hourly("secondary_supply_temperature", "set point; default that of the design"),
        _hourly("secondary_return_temperature", "default that of the design"),
        _hourly("cooling_secondary_supply_temperature", "set point when it cools"),
        _hourly("cooling_secondary_return_temperature", "when it cools"),
        _hourly("room_temperature", "of floor_heating; default that of the design"),
        _hourly("cooling_room_temperature", "of floor_heating, when it cools"),
        Column(
            name="flow_exponent",
            at_least=0.0,
            at_most=1.0,
            default=DEFAULTS["flow_exponent"],
            meaning="of each side's coefficient in an exchanger; 0: UA is constant",
        ),
        Column(
            name="network_resistance_share",
            at_least=0.0,
            at_most=1.0,
            default=DEFAULTS["network_resistance_share"],
            meaning="of an exchanger's resistance at the design point, on the network's side",
        ),
        Column(
            name="emitter_exponent",
            at_least=1.0,
            at_most=2.0,
            default=DEFAULTS["emitter_exponent"],
            meaning="heat over the logarithmic excess; 1.3 makes a floor a radiator",
        ),
        Column(
            name="cooling_output_share",
            above=0.0,
            at_most=1.0,
            default=DEFAULTS["cooling_output_share"],
            meaning="cold over heat of a floor at the same excess",
        ),
    ),
)
