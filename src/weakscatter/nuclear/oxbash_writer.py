"""Writing `.int` files, in isospin or in proton-neutron form."""

from __future__ import annotations

from pathlib import Path

from weakscatter.nuclear.elements import AGREE, allowed
from weakscatter.nuclear.interaction import Interaction
from weakscatter.nuclear.isospin import isovector_part, norm
from weakscatter.nuclear.oxbash import CONVENTIONS
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.files import write_atomic

FORMS = ("isospin", *CONVENTIONS)


def write_int(path: str | Path, interaction: Interaction, form: str) -> Path:
    """Write an interaction as a `.int` file.

    The number of elements is written negative and the header ends with core, reference mass and power (zeros where
    nothing scales), so that the file says itself how it scales. Write its orbits with `write_sps`.

    Parameters
    ----------
    path : of the file.
    interaction : what is written.
    form : "isospin", or the proton-neutron form with "normalised" or "unnormalised" proton-neutron elements.

    Raises
    ------
    InputError : an unknown form; isospin form of an interaction that differs between protons and neutrons.
    """
    if form not in FORMS:
        raise InputError(f"form = {form!r} is unknown. Allowed: {', '.join(FORMS)}.")
    rows = _isospin_rows(interaction) if form == "isospin" else _proton_neutron_rows(interaction, form)
    space, scaling = interaction.space, interaction.scaling
    orbits = space.protons if form == "isospin" else space.orbits
    energies = [interaction.one_body[i, i] for i in range(len(orbits))]
    core = space.core_Z + space.core_N
    tail = f"{core} {scaling.reference!r} {-scaling.power!r}" if scaling else f"{core} 0 0"
    out = [f"! {form} elements, from {Path(interaction.source).name or 'no file'}, written by weakscatter"]
    out += [f"! {i} = {orbit.name}" for i, orbit in enumerate(orbits, 1)]
    out.append(f"{-len(rows)} {' '.join(repr(float(e)) for e in energies)} {tail}")
    out += rows
    mixing = [f"{a + 1} {b + 1} {value!r}" for (a, b), value in interaction.one_body.items() if a != b]
    if mixing:
        out += [str(len(mixing)), *mixing]
    return write_atomic(path, "\n".join(out) + "\n")


def _row(a: int, b: int, c: int, d: int, J: int, T: int, value: float) -> str:
    return f"{a + 1} {b + 1} {c + 1} {d + 1} {J} {T} {float(value)!r}"


def _proton_neutron_rows(interaction: Interaction, form: str) -> list[str]:
    orbits, k, rows = interaction.space.orbits, len(interaction.space.protons), []

    def same(p: int, n: int) -> bool:
        return (orbits[p].n, orbits[p].l, orbits[p].two_j) == (orbits[n].n, orbits[n].l, orbits[n].two_j)

    for (a, b, c, d, J), value in interaction.two_body.items():
        T = 1
        if a < k <= b:
            first, second = same(a, b), same(c, d)
            T = 0 if (first or second) and J % 2 else 1
            if form == "unnormalised":
                value /= norm(first, second)
        rows.append(_row(a, b, c, d, J, T, value))
    return rows


def _isospin_rows(interaction: Interaction) -> list[str]:
    space, two_body, k = interaction.space, interaction.two_body, len(interaction.space.protons)
    isovector = isovector_part(space, two_body)
    if not space.isospin_symmetric:
        raise InputError(
            'protons and neutrons have different orbits or cores, so there is no isospin form. Write form = "normalised".'
        )
    for (a, b), energy in interaction.one_body.items():
        if b < k and abs(energy - interaction.one_body.get((a + k, b + k), 0.0)) > AGREE:
            raise InputError(
                f"the one-body element of {space.orbits[a].name} differs between protons and neutrons, so there is no isospin "
                'form. Write form = "normalised".'
            )
    rows = []
    for a, b, c, d, J, T in allowed(space.protons, isospin=True):
        if T == 1:
            value = two_body.get((a, b, c, d, J), 0.0)
            neutron = two_body.get((a + k, b + k, c + k, d + k, J), 0.0)
            mixed = isovector(a, b, c, d, J)
            if max(abs(value - neutron), abs(value - mixed)) > AGREE:
                raise InputError(
                    f"V({a + 1} {b + 1} | {c + 1} {d + 1}) J = {J} is {value:g} for protons, {neutron:g} for neutrons and "
                    f'{mixed:g} between them, so there is no isospin form. Write form = "normalised".'
                )
        else:
            value = _isoscalar(interaction, a, b, c, d, J)
        rows.append(_row(a, b, c, d, J, T, value))
    return rows


def _isoscalar(interaction: Interaction, a: int, b: int, c: int, d: int, J: int) -> float:
    """Return V_{J, T=0} from the proton-neutron element and the T = 1 one."""
    k = len(interaction.space.protons)
    first, second = (a, b + k), (c, d + k)
    key = (*first, *second, J) if first <= second else (*second, *first, J)
    total = interaction.two_body.get(key, 0.0) / norm(a == b, c == d)  # type: ignore[call-overload]
    vanishes = (a == b or c == d) and J % 2 == 1
    return float(total - (0.0 if vanishes else interaction.two_body.get((a, b, c, d, J), 0.0)))
