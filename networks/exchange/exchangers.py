"""Heat exchangers: with a flow control in line they are consumers of given heat and flow.

Alone their flow follows from the pressures of the network, which no table of ours can say.
"""

import math
from collections import Counter
from dataclasses import replace

from ...model.errors import Faults
from .elements import Element, Elements

RULE = "0 W, or a flow_control in line with it, or a heat_consumer in its place"

IN_LINE = 2
"""Elements at a junction that has nothing else."""


def join_exchangers(elements: Elements, faults: Faults) -> Elements:
    """Return the elements with exchangers that give or take heat as consumers.

    Parameters
    ----------
    elements : Elements
        Of a network.
    faults : Faults
        Receives exchangers whose flow nothing controls; they are left out.

    Returns
    -------
    Elements
        Those that exchange nothing stay links.
    """
    uses = Counter(
        end for each in (*elements.links, *elements.stations) for end in {each.start, each.end}
    )
    controls = [each for each in elements.stations if each.table == "flow_control"]
    links, stations = [], list(elements.stations)
    junctions = dict(elements.junctions)
    for link in elements.links:
        if link.table != "heat_exchanger" or link.quantities["heat"] == 0.0:
            links.append(link)
            continue
        found = [
            (control, between)
            for control in controls
            for between in ({control.start, control.end} & {link.start, link.end})
            if control in stations and uses[between] == IN_LINE
        ]
        if not found:
            faults.add(link.item, "qext_w", link.quantities["heat"], RULE)
            continue
        control, between = found[0]
        stations[stations.index(control)] = _as_consumer(link, control)
        del junctions[between]
    return replace(elements, junctions=junctions, links=links, stations=stations)


def _as_consumer(exchanger: Element, control: Element) -> Element:
    """Return an exchanger and the control of its flow as one heat consumer."""
    is_behind = exchanger.start == control.end
    quantities = {
        "heat": exchanger.quantities["heat"],
        "flow": -control.quantities["mass_flow"],
        "return_temperature": math.nan,
        "temperature_difference": math.nan,
    }
    return replace(
        exchanger,
        start=control.start if is_behind else exchanger.start,
        end=exchanger.end if is_behind else control.end,
        quantities=quantities,
        exported={},
        cells={},
    )
