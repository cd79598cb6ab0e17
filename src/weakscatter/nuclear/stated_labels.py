"""Orbit numbers that a file states in a comment, such as ``! 1=0d5/2  2=1s1/2  3=0d3/2``.

An orbit list in another order would exchange orbits silently: single-particle energies of one orbit taken for another's.
"""

from __future__ import annotations

import re
from dataclasses import replace

from weakscatter.nuclear.interaction import Orbit
from weakscatter.nuclear.lines import Text
from weakscatter.nuclear.orbit_list import OrbitList, read_orbits
from weakscatter.provenance.errors import InputError

_LABEL = re.compile(r"(\d+)\s*=\s*(\d+[spdfghijklm]\d+/2)")


def in_the_order_of(text: Text, orbits: OrbitList) -> tuple[OrbitList, tuple[str, ...]]:
    """Return the orbit list in the order that the file states, and a remark where that changed something.

    A list of protons and neutrons becomes one list for both where the file numbers one set of orbits only and both species
    have it: then its elements are in isospin form.

    Raises
    ------
    InputError : the file names orbits that the list does not have.
    """
    stated = {int(number): name for comment in text.comments for number, name in _LABEL.findall(comment)}
    if not stated or sorted(stated) != list(range(1, len(stated) + 1)):
        return orbits, ()
    names = [stated[number] for number in sorted(stated)]
    listed = [_name(orbit) for orbit in orbits.protons]
    same = sorted(listed) == sorted(_name(orbit) for orbit in orbits.neutrons)
    if len(names) != len(listed) or not same:
        return orbits, ()
    wanted = read_orbits(names).protons
    # n of a list may count from 1 or hold the shell; l and j tell the orbits apart unless they stand twice.
    keys = [(orbit.l, orbit.two_j) for orbit in wanted]
    own, others = (
        {(orbit.l, orbit.two_j): orbit for orbit in part} for part in (orbits.protons, orbits.neutrons)
    )
    if len(own) != len(listed) or len(set(keys)) != len(keys):
        return orbits, ()
    if set(keys) != set(own):
        raise InputError(
            f"{text.name} numbers the orbits {', '.join(names)}, and the orbit list holds {', '.join(listed)}. Give its own list."
        )
    protons = tuple(own[key] for key in keys)
    if protons == orbits.protons and orbits.isospin:
        return orbits, ()
    remark = (
        f"orbits are numbered as {text.name} states: {', '.join(names)}; the list has {', '.join(listed)}."
    )
    neutrons = tuple(others[key] for key in keys)
    return replace(orbits, protons=protons, neutrons=neutrons, isospin=True), (remark,)


def _name(orbit: Orbit) -> str:
    return orbit.name[2:]
