"""Reading an interaction, whatever its format: the one door for files and for the interaction that comes with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weakscatter.matter import nuclide
from weakscatter.nuclear.interaction import Interaction
from weakscatter.nuclear.orbit_list import read_orbits
from weakscatter.nuclear.oxbash import read_int
from weakscatter.nuclear.restated import RESTATED, restated
from weakscatter.nuclear.scaling import Stated
from weakscatter.nuclear.snt import read_snt
from weakscatter.provenance.errors import InputError, nearest

SUFFIXES = (".snt", ".int")


def read_interaction(
    given: str | Path,
    *,
    orbits: Any = None,
    core: str | tuple[int, int] | None = None,
    elements: str | None = None,
    mass_scaling: Stated = None,
) -> Interaction:
    """Read a shell-model interaction.

    Parameters
    ----------
    given : path of a `.snt` or `.int` file, or the name of an interaction that comes with the package ("cohen-kurath").
    orbits : of a `.int` file: path of its `.sps` or `.sp` list, names like ["0d3/2", "0d5/2", "1s1/2"], or
        {"protons": names, "neutrons": names}. One list for both species means isospin form.
    core : of a `.int` file: nuclide ("O16") or (Z, N), unless the orbit list states it.
    elements : of a `.int` file in proton-neutron form: "normalised" or "unnormalised".
    mass_scaling : "none" or {"reference": A0, "power": x} for elements times (A/A0)^x, where the file does not state it.

    Returns
    -------
    Interaction
        Its ``notes`` say what was put right or taken as zero.

    Raises
    ------
    InputError : a damaged or ambiguous file, with the number of the line and what to do.

    Examples
    --------
    >>> p_shell = read_interaction("cohen-kurath")
    >>> len(p_shell.two_body), p_shell.space.orbits[0].name
    (34, 'p 0p1/2')
    """
    extra = {"orbits": orbits, "core": core, "elements": elements}
    stated = [name for name, value in extra.items() if value is not None]
    if str(given) in RESTATED:
        if stated or mass_scaling is not None:
            raise InputError(
                f"{given} comes with its orbits, core and scaling; leave out {', '.join(stated) or 'mass_scaling'}."
            )
        return restated(str(given))
    suffix = Path(given).suffix
    if suffix == ".snt":
        if stated:
            raise InputError(f"a .snt file states its {', '.join(stated)}; leave it out.")
        return read_snt(given, mass_scaling)
    if suffix != ".int":
        hint = "" if suffix else nearest(str(given), RESTATED)
        raise InputError(
            f"interaction {str(given)!r} is no .snt or .int file.{hint} Interactions of the package: {', '.join(RESTATED)}."
        )
    if orbits is None:
        raise InputError(
            f"{Path(given).name} lists elements by the numbers of orbits and does not say which orbits. Give its orbit list: "
            'orbits = "FILE.sps", or orbits = ["0d3/2", "0d5/2", "1s1/2"] in its order.'
        )
    listed = read_orbits(orbits)
    return read_int(given, listed, _core(core, listed.core, Path(given).name), elements, mass_scaling)


def _core(given: Any, listed: tuple[int, int] | None, name: str) -> tuple[int, int]:
    if given is None:
        if listed is None:
            raise InputError(f'{name} and its orbits do not state the closed core. Give it: core = "O16".')
        return listed
    if isinstance(given, str):
        found = nuclide(given)
        core = (found.Z, found.N)
    else:
        core = (int(given[0]), int(given[1]))
        if min(core) < 0:
            raise InputError(f"core = {core}: numbers of protons and neutrons are not negative.")
    if listed is not None and listed != core:
        raise InputError(f"the orbit list states a core of Z, N = {listed}, and core = {given!r} was given.")
    return core
