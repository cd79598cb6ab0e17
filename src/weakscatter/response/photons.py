"""Photons of excited levels: cascades down to the ground state, as lines.

A level that is populated decays by its shares until the ground state is reached, so that the energies of the lines times their
intensities add up to the excitation energy. A line has the energy E_i - E_f; the recoil of the nucleus, (E_i - E_f)^2/(2 M), below
3 keV for 10 MeV on 40Ar, is left out, and so is its Doppler width.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weakscatter.provenance.errors import InputError
from weakscatter.response.amplitudes import Amplitudes

Lines = tuple[tuple[float, Any], ...]


def photon_lines(
    table: Amplitudes, populations: Mapping[str, Any], energies: Mapping[str, float] | None = None
) -> Lines:
    """Return the photon lines ((energy (MeV), intensity), ...) of populated levels, by energy.

    Parameters
    ----------
    table : `Amplitudes` with `decays`.
    populations : {level: how often it is populated directly}, in any unit; intensities are in the same one. Levels without known
        decays, such as those above the particle threshold, give no photon.
    energies : {level: excitation energy (MeV)} in place of those of the table.

    Raises
    ------
    InputError : a level that the table does not have.
    """
    energy = {level.name: level.excitation for level in table.levels} | dict(energies or {})
    from_level: dict[str, list[tuple[str, float]]] = {}
    for one, other, share in table.decays:
        from_level.setdefault(one, []).append((other, share))
    filled: dict[str, Any] = {}
    for name, number in populations.items():
        table.level(name)
        filled[name] = number
    lines: list[tuple[float, Any]] = []
    # From the top in the order of the table, in which decays lead down whatever the energies are replaced by.
    for name in sorted((level.name for level in table.levels), key=lambda n: -table.level(n).excitation):
        if name not in filled or name not in from_level:
            continue
        for other, share in from_level[name]:
            intensity = filled[name] * share
            filled[other] = filled.get(other, 0.0) + intensity
            lines.append((energy[name] - energy[other], intensity))
    return tuple(sorted(lines, key=lambda line: line[0]))


def levels_with_photons(table: Amplitudes) -> tuple[str, ...]:
    """Return the levels whose decay by photons is known, which are those below the particle threshold.

    Raises
    ------
    InputError : the table holds no decays.
    """
    names = tuple(dict.fromkeys(one for one, _, _ in table.decays))
    if not names:
        raise InputError(
            f"the table of {table.nuclide} holds no decays by photons. Make it again with `weakscatter tabulate nuclear`."
        )
    return names
