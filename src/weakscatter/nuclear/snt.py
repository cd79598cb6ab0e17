"""The `.snt` format of KSHELL: model space, one-body and two-body elements in proton-neutron form.

Comments open with ! or #. Then: ``np nn Zcore Ncore``; one line per orbit, ``index n l 2j tz`` with tz = -1 for protons,
which come first; a header ``count 0`` and the one-body elements ``i j value``; a header ``count method [A0 power]`` and the
two-body elements ``i j k l J value``. Method 1 multiplies them by (A/A0)^power. Elements are normalised and antisymmetrised,
for proton-neutron pairs too. KSHELL: Shimizu et al., Comput. Phys. Commun. 244 (2019) 372.
"""

from __future__ import annotations

from pathlib import Path

from weakscatter.nuclear.elements import ElementList, complete
from weakscatter.nuclear.interaction import Interaction, MassScaling, ModelSpace
from weakscatter.nuclear.isospin import check_normalisation
from weakscatter.nuclear.lines import Line, Text, read_text
from weakscatter.nuclear.one_body import add_one_body, all_energies
from weakscatter.nuclear.orbit_numbers import settled
from weakscatter.nuclear.quantum_numbers import checked_orbit
from weakscatter.nuclear.scaling import Stated, agreed_scaling
from weakscatter.provenance.files import write_atomic


def read_snt(path: str | Path, mass_scaling: Stated = None) -> Interaction:
    """Read a `.snt` file.

    Parameters
    ----------
    path : of the file.
    mass_scaling : optional; the file states it, so this may only repeat it.

    Raises
    ------
    InputError : names the line: what is missing, listed twice, not hermitian, in the wrong order or no number.
    """
    text = read_text(path)
    lines = list(text.lines)
    space, at = _space(text, lines)
    count, at = _header(text, lines, at, "one-body")
    if len(count) > 1 and count[1] != 0:
        raise lines[at - 1].bad(f"method {count[1]:g} of one-body elements is unknown; 0 (constant) is read.")
    one_body: dict[tuple[int, int], float] = {}
    for line in _block(text, lines, at, int(count[0]), 3, "one-body elements `i j value`"):
        pair = line.whole(line.words[0], "i"), line.whole(line.words[1], "j")
        add_one_body(one_body, line, space.orbits, pair, line.real(line.words[2], "the element"))
    all_energies(one_body, space.orbits, text.name)
    at += int(count[0])
    count, at = _header(text, lines, at, "two-body")
    header = lines[at - 1]
    scaling = agreed_scaling(mass_scaling, _scaling(header, count), f"{text.name}, line {header.number},")
    found = ElementList(space.orbits, isospin=False)
    body = lines[at:]
    for line in body:
        if len(line.words) != 6:
            raise line.bad(
                f"two-body elements have six words, `i j k l J value`; these are {len(line.words)}."
            )
        labels = [line.whole(word, "an orbit label") for word in line.words[:4]]
        found.add(line, labels, line.whole(line.words[4], "J"), line.real(line.words[5], "the element"))
    notes = complete(found, int(count[0]), len(body), f"{text.name}, line {header.number}")
    space, remark = settled(space)
    two_body = {key[:5]: value for key, value in found.ascending().items()}
    interaction = Interaction(space, one_body, two_body, scaling, text.path, (*text.notes, *remark, *notes))
    check_normalisation(interaction)
    return interaction


def write_snt(path: str | Path, interaction: Interaction) -> Path:
    """Write an interaction as a `.snt` file, every number with 17 digits so that it reads back the same."""
    space, out = interaction.space, []
    out.append("! shell-model interaction, proton-neutron form, written by weakscatter")
    out.append(f"! from {Path(interaction.source).name or 'no file'}")
    out.append(f"{len(space.protons)} {len(space.neutrons)} {space.core_Z} {space.core_N}")
    for i, o in enumerate(space.orbits, 1):
        out.append(f"{i} {o.n} {o.l} {o.two_j} {-1 if o.species == 'proton' else 1} ! {o.name}")
    out.append(f"{len(interaction.one_body)} 0")
    out += [f"{a + 1} {b + 1} {value!r}" for (a, b), value in interaction.one_body.items()]
    scaling = interaction.scaling
    out.append(
        f"{len(interaction.two_body)} " + (f"1 {scaling.reference!r} {scaling.power!r}" if scaling else "0")
    )
    for (a, b, c, d, J), value in interaction.two_body.items():
        out.append(f"{a + 1} {b + 1} {c + 1} {d + 1} {J} {float(value)!r}")
    return write_atomic(path, "\n".join(out) + "\n")


def _space(text: Text, lines: list[Line]) -> tuple[ModelSpace, int]:
    if not lines:
        raise text.end("there is no line with content.")
    first = lines[0]
    if len(first.words) != 4:
        raise first.bad(
            "the first line holds four numbers, `np nn Zcore Ncore`: orbits of protons and neutrons, and the core."
        )
    np_, nn, Z, N = (
        first.whole(w, name) for w, name in zip(first.words, ("np", "nn", "Zcore", "Ncore"), strict=True)
    )
    if min(np_, nn, Z, N) < 0 or np_ + nn == 0:
        raise first.bad(
            "numbers of orbits and of nucleons in the core are not negative, and one species has orbits."
        )
    orbits = []
    for i, line in enumerate(_block(text, lines, 1, np_ + nn, 5, "orbits `index n l 2j tz`"), 1):
        index, n, l, two_j, tz = (
            line.whole(w, name) for w, name in zip(line.words, ("index", "n", "l", "2j", "tz"), strict=True)
        )
        if index != i:
            raise line.bad(f"orbit {i} is due here; orbits are numbered 1, 2, ... without gaps.")
        due = -1 if i <= np_ else 1
        if tz != due:
            raise line.bad(
                f"tz = {tz}, but {np_} orbits of protons (tz = -1) come first, then {nn} of neutrons (tz = 1)."
            )
        orbits.append(checked_orbit(line, n, l, two_j, "proton" if tz == -1 else "neutron"))
    for i, one in enumerate(orbits):
        if one in orbits[:i]:
            raise lines[1 + i].bad(
                f"the orbit {one.name} stands already in line {lines[1 + orbits.index(one)].number}."
            )
    return ModelSpace(tuple(orbits[:np_]), tuple(orbits[np_:]), Z, N), 1 + np_ + nn


def _header(text: Text, lines: list[Line], at: int, what: str) -> tuple[list[float], int]:
    if at >= len(lines):
        raise text.end(f"the header of the {what} elements, `count method`, is missing.")
    line = lines[at]
    numbers = [line.real(word, "a number of the header") for word in line.words]
    if not 2 <= len(numbers) <= 4 or numbers[0] != int(numbers[0]) or numbers[0] < 0:
        raise line.bad(
            f"the header of the {what} elements is due here, `count method`. Is the number of lines before it right?"
        )
    return numbers, at + 1


def _block(text: Text, lines: list[Line], at: int, count: int, words: int, what: str) -> list[Line]:
    block = lines[at : at + count]
    for line in block:
        if len(line.words) != words:
            raise line.bad(f"one of {count} {what} is due here; it has {words} words.")
    if len(block) < count:
        raise text.end(f"{count} {what} are declared, {len(block)} are there.")
    return block


def _scaling(line: Line, numbers: list[float]) -> MassScaling | str:
    method = numbers[1]
    if method == 0:
        return "none"
    if method != 1:
        raise line.bad(
            f"method {method:g} of two-body elements is unknown; 0 (constant) and 1 (A0 power) are read."
        )
    if len(numbers) != 4:
        raise line.bad("method 1 needs two more numbers, A0 and the power of (A/A0).")
    if not 1 <= numbers[2] <= 400 or not -2 <= numbers[3] <= 0:
        raise line.bad(
            f"elements times (A/{numbers[2]:g})^{numbers[3]:g}: A0 is a mass number and the power is from -2 to 0."
        )
    return MassScaling(numbers[2], numbers[3])
