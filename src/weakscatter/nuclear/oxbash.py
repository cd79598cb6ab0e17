"""The `.int` format of OXBASH, NuShellX and BIGSTICK, in isospin and in proton-neutron form.

Comments open with ! or #. The header holds the number of two-body elements and the single-particle energies in the order of
the orbit list, and may end with ``Acore A0 power``; a negative number of elements switches on their factor (A0/A)^power. Then
lines ``a b c d J T V``, orbits counted from 1, and optionally a number of further one-body elements and lines ``a b value``.

Isospin form: V is normalised and antisymmetrised. Proton-neutron form: neutron orbits follow the proton orbits; pp and nn
elements are normalised; of pn elements there are two conventions, which no file states (`weakscatter.nuclear.isospin`). In
unnormalised files T is a label and the two values add; in normalised files it is a dummy.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from weakscatter.nuclear.elements import ElementList, complete
from weakscatter.nuclear.interaction import Interaction, MassScaling, ModelSpace
from weakscatter.nuclear.isospin import check_normalisation, in_proton_neutron_form, norm
from weakscatter.nuclear.lines import Line, Text, read_text
from weakscatter.nuclear.one_body import add_one_body
from weakscatter.nuclear.orbit_list import OrbitList
from weakscatter.nuclear.orbit_numbers import settled
from weakscatter.nuclear.scaling import Stated, agreed_scaling
from weakscatter.nuclear.stated_labels import in_the_order_of
from weakscatter.provenance.errors import InputError

CONVENTIONS = ("normalised", "unnormalised")
#: What the first comment of a file may say in BIGSTICK's words.
_TITLES = {"xpn": "normalised", "upn": "unnormalised"}


def read_int(
    path: str | Path,
    orbits: OrbitList,
    core: tuple[int, int],
    elements: str | None = None,
    mass_scaling: Stated = None,
) -> Interaction:
    """Read a `.int` file.

    Parameters
    ----------
    path : of the file.
    orbits : its orbit list; one list for both species means isospin form.
    core : (Z, N) of the closed core.
    elements : "normalised" or "unnormalised" proton-neutron elements; none in isospin form.
    mass_scaling : what the header does not state.

    Raises
    ------
    InputError : names the line: what is missing, listed twice, not hermitian, in the wrong order or no number.
    """
    text = read_text(path)
    orbits, renumbered = in_the_order_of(text, orbits)
    _check_convention(text, orbits, elements)
    space, remark = settled(ModelSpace(orbits.protons, orbits.neutrons, *core))
    labelled = space.protons if orbits.isospin else space.orbits
    lines = list(text.lines)
    numbers, at, first = _header(text, lines, len(labelled))
    count, energies, rest = numbers[0], numbers[1 : 1 + len(labelled)], numbers[1 + len(labelled) :]
    scaling = agreed_scaling(mass_scaling, *_scaling(first, text, count, rest, sum(core)))
    declared = abs(int(count)) or None
    body, one_body_lines = _split(text, lines[at:], declared)
    found = ElementList(labelled, orbits.isospin)
    if orbits.isospin:
        for line in body:
            labels, J, T, value = _element(line)
            found.add(line, labels, J, value, T)
    else:
        _add_proton_neutron(found, body, space, elements == "unnormalised")
    notes = complete(found, declared, len(body), f"{text.name}, line {first.number}")
    if declared is None:
        notes = (f"{text.name}, line {first.number} declares no elements; {len(body)} were read.", *notes)
    one_body = _one_body(energies, one_body_lines, space, orbits.isospin)
    two_body = (
        in_proton_neutron_form(found, space)
        if orbits.isospin
        else {key[:5]: value for key, value in found.ascending().items()}
    )
    interaction = Interaction(
        space, one_body, two_body, scaling, text.path, (*text.notes, *renumbered, *remark, *notes)
    )
    check_normalisation(interaction)
    return interaction


def _check_convention(text: Text, orbits: OrbitList, elements: str | None) -> None:
    if orbits.isospin:
        if elements is not None:
            raise InputError(
                f'elements = "{elements}" is for files with proton and neutron orbits; the orbits given for {text.name} are one '
                "list for both species, so its elements are in isospin form. Leave elements out, or give both lists."
            )
        return
    if elements not in CONVENTIONS:
        raise InputError(
            f"{text.name} is read in proton-neutron form, and elements = {elements!r}. The file does not state the "
            'normalisation of its proton-neutron elements: write elements = "unnormalised" (files made for NuShellX; upn of '
            'BIGSTICK) or "normalised" (xpn of BIGSTICK).'
        )
    for comment in text.comments:
        title = comment.strip("!# \t").lower()[:3]
        if title in _TITLES and comment[1:4].lower() == title and _TITLES[title] != elements:
            raise InputError(
                f'{text.name} calls itself {title}, which means {_TITLES[title]}; elements = "{elements}" was asked for.'
            )


def _header(text: Text, lines: list[Line], orbits: int) -> tuple[list[float], int, Line]:
    numbers: list[float] = []
    at = 0
    while len(numbers) < 1 + orbits:
        if at == len(lines):
            raise text.end(f"the header holds the number of elements and {orbits} single-particle energies.")
        numbers += [lines[at].real(word, "a number of the header") for word in lines[at].words]
        at += 1
    if len(numbers) == 1 + orbits and at < len(lines) and len(lines[at].words) == 3 and numbers[0] < 0:
        numbers += [lines[at].real(word, "a number of the mass scaling") for word in lines[at].words]
        at += 1
    if len(numbers) - 1 - orbits not in (0, 3):
        raise lines[0].bad(
            f"the header holds {len(numbers)} numbers: {1 + orbits} are due (elements, then one energy for each of {orbits} orbits), "
            "or three more for the mass scaling. Is the orbit list that of this file?"
        )
    if numbers[0] != int(numbers[0]):
        raise lines[0].bad("the header starts with the number of two-body elements, a whole number.")
    return numbers, at, lines[0]


def _scaling(
    line: Line, text: Text, count: float, rest: list[float], core: int
) -> tuple[MassScaling | str | None, str, str]:
    """Return what the header states, where, and what it may mean."""
    where = f"{text.name}, line {line.number},"
    if not rest:
        hint = (
            " Its number of elements is negative, so they do scale, but no A0 and power follow the energies."
        )
        return None, where, hint if count < 0 else ""
    A, reference, power = rest
    if count < 0 and (reference == 0.0 or power == 0.0):
        return "none", where, ""
    if not 1 <= reference <= 400 or not 0 <= power <= 2:
        raise line.bad(
            f"elements times ({reference:g}/A)^{power:g}: A0 is a mass number, the power is from 0 to 2."
        )
    if count < 0:
        if core != A:
            raise line.bad(f"the header states a core of mass number {A:g}, and a core of {core} was given.")
        return MassScaling(reference, -power), where, ""
    return None, where, (
        f" It ends with {A:g} {reference:g} {power:g}, the numbers of a factor ({reference:g}/A)^{power:g}, but its number of "
        "elements is positive, which switches the factor off in OXBASH and BIGSTICK."
    )  # fmt: skip


def _split(text: Text, lines: list[Line], declared: int | None) -> tuple[list[Line], list[Line]]:
    """Return the two-body lines and the further one-body lines."""
    end = next((i for i, line in enumerate(lines) if len(line.words) == 1), len(lines))
    body, tail = lines[:end], lines[end:]
    if not tail:
        return body, []
    count = tail[0].whole(tail[0].words[0], "the number of one-body elements")
    if count != len(tail) - 1:
        raise tail[0].bad(f"{count} one-body elements are declared, {len(tail) - 1} lines follow.")
    for line in tail[1:]:
        if len(line.words) != 3:
            raise line.bad("a one-body element has three words, `a b value`.")
    return body, tail[1:]


def _element(line: Line) -> tuple[list[int], int, int, float]:
    if len(line.words) != 7:
        raise line.bad(f"a two-body element has seven words, `a b c d J T V`; these are {len(line.words)}.")
    labels = [line.whole(word, "an orbit label") for word in line.words[:4]]
    J, T = line.whole(line.words[4], "J"), line.whole(line.words[5], "T")
    if T not in (0, 1):
        raise line.bad(f"T = {T}; 0 and 1 are allowed.")
    return labels, J, T, line.real(line.words[6], "V")


def _add_proton_neutron(
    found: ElementList, body: Sequence[Line], space: ModelSpace, unnormalised: bool
) -> None:
    k = len(space.protons)
    summed: dict[tuple[int, ...], tuple[Line, float, dict[int, Line]]] = {}
    for line in body:
        labels, J, T, value = _element(line)
        mixed = sum(1 <= label <= k for label in labels[:2]) == 1
        if not mixed:
            if T != 1:
                raise line.bad("two nucleons of one species have T = 1.")
            found.add(line, labels, J, value)
            continue
        first, total, seen = summed.get((*labels, J), (line, 0.0, {}))
        again = seen.get(T) if unnormalised else next(iter(seen.values()), None)
        if again is not None:
            raise line.bad(
                f"this element stands already in line {again.number}. "
                + (
                    "Delete one of the two."
                    if unnormalised
                    else "In a normalised file T is no label; is this one unnormalised?"
                )
            )
        summed[*labels, J] = first, total + value, {**seen, T: line}
    same = [[(p.n, p.l, p.two_j) == (n.n, n.l, n.two_j) for n in space.neutrons] for p in space.protons]
    for (a, b, c, d, J), (line, value, _) in summed.items():
        factor = 1.0
        if unnormalised and all(1 <= p <= k < n <= len(space.orbits) for p, n in ((a, b), (c, d))):
            factor = norm(same[a - 1][b - 1 - k], same[c - 1][d - 1 - k])
        found.add(line, (a, b, c, d), J, factor * value)


def _one_body(
    energies: list[float], extra: list[Line], space: ModelSpace, isospin: bool
) -> dict[tuple[int, int], float]:
    both = energies * 2 if isospin else energies
    known = {(i, i): value for i, value in enumerate(both)}
    for line in extra:
        labels = line.whole(line.words[0], "an orbit label"), line.whole(line.words[1], "an orbit label")
        if labels[0] == labels[1] and known.get((labels[0] - 1, labels[0] - 1)) == 0.0:
            del known[
                labels[0] - 1, labels[0] - 1
            ]  # stated as zero in the header, as the format asks, and here in full
        add_one_body(known, line, space.orbits, labels, line.real(line.words[2], "the element"))
    return dict(sorted(known.items()))
