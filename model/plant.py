"""What of a scenario's plant is not built yet, said before anything is solved."""

from .errors import Faults
from .scenario import Scenario


def check_plant(scenario: Scenario, faults: Faults) -> None:
    """Note what the dispatch cannot do yet, so that it is refused and never ignored.

    Parameters
    ----------
    scenario : Scenario
        Whose names were checked.
    faults : Faults
        Takes one fault for each broken rule.

    Examples
    --------
    >>> faults = Faults()
    >>> pool = {"source": "mosa", "capacity": "650 kW", "circuits": ["space"]}
    >>> mosa = {"kind": "waste_heat"}
    >>> check_plant(Scenario(name="a", sources={"mosa": mosa}, heat_pumps={"b": pool}), faults)
    >>> faults.found[0].rule
    "a source of kind 'effluent'; no other yet"
    """
    for name, pump in scenario.heat_pumps.items():
        if pump.source in scenario.sources and scenario.sources[pump.source].kind != "effluent":
            item = f"scenario.toml [heat_pumps.{name}]"
            faults.add(item, "source", pump.source, "a source of kind 'effluent'; no other yet")
    if len(scenario.heat_pumps) > 1:
        names = ", ".join(scenario.heat_pumps)
        faults.add("scenario.toml", "heat_pumps", names, "one pool; several are not built yet")
    order = () if scenario.plant is None else scenario.plant.priorities
    kinds = [scenario.sources[name].kind for name in order if name in scenario.sources]
    if kinds != sorted(kinds, key=lambda kind: kind == "effluent"):
        rule = "waste heat before effluent; another order is not built yet"
        faults.add("scenario.toml [plant]", "priorities", ", ".join(order), rule)
