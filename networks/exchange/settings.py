"""What of a scenario both know: the water, the law of friction, the coordinates."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...model import water
from ...model.errors import Faults
from ...model.scenario import Scenario, WaterSection
from ..cells import one_of
from .library import KELVIN

IAPWS_FLUID = "water IAPWS-97"
"""Name of the fluid that stands for our ``iapws``."""

WATER_FLUIDS = (IAPWS_FLUID, "water")
"""Names of fluids whose properties follow the temperature as those of water do."""

MOLAR_MASS = 18.015
"""Of water. [g/mol]"""

PROPERTIES = ("density", "viscosity", "heat_capacity")

FRICTION_MODELS = {
    "colebrook": "colebrook",
    "haaland": "colebrook",
    "pandapipes": "colebrook",
    "rough": "nikuradse",
}
"""The law of pandapipes that stands for each of ours."""

LAWS = {"colebrook": "pandapipes", "nikuradse": "rough"}
"""Our law that is each one of pandapipes."""

DEFAULT_MODEL = "nikuradse"
"""What pandapipes takes where nobody says otherwise."""

CARRIED = ("name", "title", "crs", "circuits", "ground", "water", "friction", "solver")
"""Keys of the scenario that make sense for a network at one instant."""

Section = dict[str, Any]


def make_fluid(section: WaterSection) -> Any:
    """Return the water of a scenario as a fluid of pandapipes.

    Parameters
    ----------
    section : WaterSection
        ``iapws`` becomes a table of our fits at every kelvin from 0 to 140 °C.
    """
    from pandapipes.properties import fluids

    if section.model == "constant":
        return make_constant_fluid(section)
    celsius = np.arange(water.VALID_FROM, water.VALID_UNTIL + 1.0)
    by_temperature = {
        name: fluids.FluidPropertyInterExtra(celsius + KELVIN, getattr(water, name)(celsius))
        for name in PROPERTIES
    }
    return fluids.Fluid(
        IAPWS_FLUID,
        "liquid",
        **by_temperature,
        molar_mass=fluids.FluidPropertyConstant(MOLAR_MASS),
        compressibility=fluids.FluidPropertyConstant(1.0),
        der_compressibility=fluids.FluidPropertyConstant(0.0),
    )


def make_constant_fluid(section: WaterSection) -> Any:
    """Return the three constants of a scenario as a fluid, whatever its ``model``."""
    from pandapipes.properties.fluids import create_constant_fluid

    return create_constant_fluid(
        name="constant water",
        fluid_type="liquid",
        density=section.density,
        viscosity=section.viscosity,
        heat_capacity=section.heat_capacity,
        molar_mass=MOLAR_MASS,
        compressibility=1.0,
        der_compressibility=0.0,
    )


def solver_options(scenario: Scenario) -> dict[str, Any]:
    """Return how pandapipes is to solve what a scenario describes.

    Its mode ``sequential``, the default, leaves heat losses out of the flows.
    """
    return {
        "mode": "bidirectional",
        "friction_model": FRICTION_MODELS[scenario.friction.law],
        "max_iter_colebrook": 100,
        "iter": 200,
    }


def carried_scenario(scenario: Scenario) -> Section:
    """Return the keys of a scenario that travel with a network, as they would be written."""
    return scenario.model_dump(mode="json", include=set(CARRIED), exclude_defaults=True)


def read_settings(network: Any, carried: Section, faults: Faults) -> Section:
    """Return the sections of the scenario that a network of pandapipes describes.

    Parameters
    ----------
    network : pandapipesNet
        With its fluid, and options of the solver that were kept with it.
    carried : dict
        Sections that travelled with it; they stand where the network does not say otherwise.
    faults : Faults
        Receives a fluid or a law of friction that we do not have.
    """
    settings = {**carried, "water": _read_water(network, carried.get("water", {}), faults)}
    options: Mapping[str, Any] = network.get("user_pf_options") or {}
    model = options.get("friction_model", DEFAULT_MODEL)
    friction = dict(carried.get("friction", {}))
    if model not in LAWS:
        faults.add("network", "friction_model", model, one_of(list(LAWS)))
    elif not carried or FRICTION_MODELS[friction.get("law", "colebrook")] != model:
        friction["law"] = LAWS[model]
    if not carried:
        friction["heating"] = False
    return {**settings, "friction": friction}


def _read_water(network: Any, carried: Section, faults: Faults) -> Section:
    """Return the section ``[water]`` of a network's fluid."""
    fluid = network.get("fluid")
    if fluid is None or fluid.name in WATER_FLUIDS:
        return {key: value for key, value in carried.items() if key != "model"}
    found = {name: fluid.all_properties.get(name) for name in PROPERTIES}
    constants = {name: getattr(each, "value", None) for name, each in found.items()}
    values = {name: float(value) for name, value in constants.items() if value is not None}
    if fluid.is_gas or len(values) < len(PROPERTIES):
        faults.add("network", "fluid", fluid.name, "water, or a liquid of constant properties")
        return {}
    return {"model": "constant", **values}
