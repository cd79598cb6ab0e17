"""Interactions restated from the literature, small enough to be figures of a paper, in our own layout.

A TOML file holds orbits, core, single-particle energies and rows [a, b, c, d, J, T, V] of isospin-coupled elements, with its
source and what it was checked against.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from weakscatter.nuclear.elements import ElementList
from weakscatter.nuclear.interaction import Interaction, ModelSpace
from weakscatter.nuclear.isospin import in_proton_neutron_form
from weakscatter.nuclear.lines import Line
from weakscatter.nuclear.orbit_list import read_orbits
from weakscatter.provenance.errors import unknown
from weakscatter.provenance.tables import read_toml

#: {name: file beside this module}
RESTATED = {"cohen-kurath": "cohen_kurath_1965.toml"}


def restated(name: str) -> Interaction:
    """Return an interaction of the package; its ``source`` is a key of the bibliography."""
    if name not in RESTATED:
        raise unknown("interaction", name, RESTATED)
    content: dict[str, Any] = read_toml(files("weakscatter.nuclear").joinpath(RESTATED[name]))
    orbits = read_orbits(content["orbits"])
    space = ModelSpace(orbits.protons, orbits.neutrons, content["core_Z"], content["core_N"])
    found = ElementList(space.protons, isospin=True)
    for number, (*labels, J, T, value) in enumerate(content["elements"], 1):
        found.add(Line(RESTATED[name], number, (name,)), labels, J, value, T)
    energies = list(content["single_particle_energies"]) * 2
    one_body = {(i, i): energy for i, energy in enumerate(energies)}
    return Interaction(space, one_body, in_proton_neutron_form(found, space), None, content["source"])
