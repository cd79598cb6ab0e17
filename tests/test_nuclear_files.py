"""Interaction and orbit files: two formats of one interaction agree, and every damage is refused with its line."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from weakscatter import InputError
from weakscatter.nuclear import MassScaling, read_interaction, read_orbits, write_int, write_snt, write_sps
from weakscatter.nuclear.elements import allowed
from weakscatter.nuclear.isospin import norm

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared"))
FILES = SHARED / "data" / "nuclear" / "interactions"
needs_files = pytest.mark.skipif(
    not FILES.is_dir(), reason="the interaction files are not beside this repository"
)

SD, P = ["0d3/2", "0d5/2", "1s1/2"], ["0p1/2", "0p3/2"]
PF = ["0f7/2", "1p3/2", "0f5/2", "1p1/2"]


@pytest.fixture
def p_shell(tmp_path):
    """The Cohen-Kurath interaction, and a function that writes it as .snt with lines changed."""
    interaction = read_interaction("cohen-kurath")
    path = write_snt(tmp_path / "ck.snt", interaction)
    lines = path.read_text(encoding="utf-8").splitlines()

    def damaged(change):
        copy = list(lines)
        change(copy)
        path.write_text("\n".join(copy) + "\n", encoding="utf-8")
        return path

    return interaction, damaged


def difference(one, other):
    """Largest difference of two-body elements; the same orbits in any order."""
    orbits, there = one.space.orbits, [(o.species, o.l, o.two_j) for o in other.space.orbits]
    place = [there.index((o.species, o.l, o.two_j)) for o in orbits]

    def turned(a, b, J):
        sign = 1 if place[a] <= place[b] or ((orbits[a].two_j + orbits[b].two_j) // 2 - J) % 2 else -1
        return (*sorted((place[a], place[b])),), sign

    worst = 0.0
    for (a, b, c, d, J), value in one.two_body.items():
        (first, s), (second, t) = turned(a, b, J), turned(c, d, J)
        key = (*first, *second, J) if first <= second else (*second, *first, J)
        worst = max(worst, abs(value - s * t * other.two_body.get(key, 0.0)))
    return worst


def test_cohen_kurath_is_complete_and_cited():
    interaction = read_interaction("cohen-kurath")
    assert interaction.source == "cohenkurath1965"
    assert {(*key, 0) for key in interaction.two_body} == set(
        allowed(interaction.space.orbits, isospin=False)
    )
    # V_pn(11, 11) J = 1 is T = 0 alone; V_pn(12, 12) J = 1 is half the sum of T = 0 and 1.
    assert interaction.two_body[0, 2, 0, 2, 1] == pytest.approx(-4.29215, abs=1e-12)
    assert interaction.two_body[0, 3, 0, 3, 1] == pytest.approx(0.5 * (0.7344 - 6.5627), abs=1e-12)
    # Exchange of the neutron orbits turns the sign of T = 0 against T = 1.
    assert interaction.two_body[0, 3, 1, 2, 1] == pytest.approx(0.5 * (0.7344 + 6.5627), abs=1e-12)


def test_normalisation_of_proton_neutron_elements():
    assert (norm(True, True), norm(False, False)) == (1.0, 0.5)
    assert norm(True, False) == pytest.approx(2**-0.5)


@pytest.mark.parametrize("form", ["isospin", "normalised", "unnormalised"])
def test_written_files_read_back(tmp_path, form):
    interaction = replace(read_interaction("cohen-kurath"), scaling=MassScaling(6.0, -0.3))
    path = write_int(tmp_path / "ck.int", interaction, form)
    orbits = (
        write_sps(tmp_path / "ck.sps", interaction.space)
        if form == "isospin"
        else {"protons": P, "neutrons": P}
    )
    elements = None if form == "isospin" else form
    again = read_interaction(path, orbits=orbits, core="He4", elements=elements)
    assert difference(interaction, again) < 1e-12
    assert again.one_body == interaction.one_body
    assert again.scaling == interaction.scaling
    with pytest.raises(InputError, match="states the mass scaling"):
        read_interaction(path, orbits=orbits, core="He4", elements=elements, mass_scaling="none")
    with pytest.raises(InputError, match="core of mass number 4, and a core of 6"):
        read_interaction(path, orbits=orbits, core=(2, 4), elements=elements)


@pytest.mark.parametrize("wrong", [("normalised", "unnormalised"), ("unnormalised", "normalised")])
def test_the_other_normalisation_is_noticed(tmp_path, wrong):
    path = write_int(tmp_path / "ck.int", read_interaction("cohen-kurath"), wrong[0])
    with pytest.raises(InputError, match=f'elements = "{wrong[0]}"'):
        read_interaction(path, orbits={"protons": P, "neutrons": P}, core="He4", elements=wrong[1])


def test_the_normalisation_is_never_guessed(tmp_path):
    path = write_int(tmp_path / "ck.int", read_interaction("cohen-kurath"), "normalised")
    with pytest.raises(InputError, match="does not state the"):
        read_interaction(path, orbits={"protons": P, "neutrons": P}, core="He4")
    with pytest.raises(InputError, match="does not say which orbits"):
        read_interaction(path)


def swap(i, j):
    def change(lines):
        lines[i], lines[j] = lines[j], lines[i]

    return change


def put(i, text):
    def change(lines):
        lines[i : i + 1] = text if isinstance(text, list) else [text]

    return change


# Lines of the file from 0: two comments, sizes, four orbits (3-6), header and energies (7-11), header 12, elements from 13.
DAMAGES = {
    "missing element": (put(20, []), "line 13 declares 34 two-body elements and lists 33"),
    "element too many": (
        put(46, ["4 4 4 4 2 0.0878", "4 4 4 4 2 0.0878"]),
        "line 48 .*stands already in line 47",
    ),
    "duplicate, pair turned": (put(20, ["2 1 2 2 2 1.7423"]), "stands already in line"),
    "not hermitian": (put(12, ["35 0", "2 2 1 1 0 -5.1"]), "not hermitian: line 14"),
    "no number": (put(13, "1 1 1 1 0 x"), "line 14 .*a number is wanted"),
    "not finite": (put(13, "1 1 1 1 0 nan"), "line 14 .*finite"),
    "word missing": (put(13, "1 1 1 1 0.244"), "line 14 .*six words"),
    "unknown orbit": (put(13, "1 1 1 9 0 0.244"), "line 14 .*orbit 9 does not exist"),
    "impossible J": (put(13, "1 1 1 1 3 0.244"), "line 14 .*do not couple to J = 3"),
    "odd J of equal orbits": (put(13, "1 1 1 1 1 0.244"), "line 14 .*even J"),
    "charge": (put(13, "1 1 1 3 0 0.244"), "line 14 .*number of protons"),
    "neutron first": (put(13, "3 1 3 1 0 0.244"), "line 14 .*proton first"),
    "orbits swapped": (swap(3, 4), "line 4 .*orbit 1 is due here"),
    "neutrons first": (put(3, "1 0 1 1 1"), "line 4 .*protons .tz = -1. come first"),
    "orbit twice": (put(4, "2 0 1 1 -1"), "line 5 .*stands already in line 4"),
    "wrong j": (put(3, "1 0 1 5 -1"), "line 4 .*does not belong to l = 1"),
    "energy missing": (put(7, ["3 0"]), "no single-particle energy of orbit 4"),
    "energy twice": (put(9, "1 1 1.0"), "line 10 .*hermitian"),
    "method": (put(12, "34 7"), "line 13 .*method 7"),
    "scaling half": (put(12, "34 1 6"), "line 13 .*two more numbers"),
    "scaling turned": (put(12, "34 1 6 0.3"), r"line 13 .*\(A/6\)\^0.3"),
    "cut": (lambda lines: lines.__delitem__(slice(9, None)), "ends after line 9"),
    "wrong n": (put(3, "1 5 1 1 -1"), "n column of the proton orbits reads 5, 0"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_snt_files_name_the_line(p_shell, name):
    change, message = DAMAGES[name]
    _, damaged = p_shell
    with pytest.raises(InputError, match=message):
        read_interaction(damaged(change))


def test_a_shorter_list_that_says_so_means_zero(p_shell):
    interaction, damaged = p_shell

    def change(lines):
        lines[12] = "33 0"
        del lines[13]

    again = read_interaction(damaged(change))
    assert len(again.two_body) == len(interaction.two_body) - 1
    assert any(
        "1 allowed elements are not listed and count as zero: (1 1 | 1 1) J = 0" in note
        for note in again.notes
    )


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_interaction(tmp_path / "none.snt")
    (tmp_path / "b.snt").write_bytes(b"\x00\x01")
    with pytest.raises(InputError, match="no text file"):
        read_interaction(tmp_path / "b.snt")
    with pytest.raises(InputError, match="Interactions of the package: cohen-kurath"):
        read_interaction("cohen-kurat")


HEAD = {
    "15 2.419 1.129": "does not say whether",
    "-15 2.419 1.129": "no A0 and power follow",
    "15 2.419 1.129 4 6 0.3": "switches the factor off",
    "15 2.419": "is no number|numbers",
    "-15 2.419 1.129 4 6 -0.3": r"\(6/A\)\^-0.3",
    "14 2.419 1.129": "declares 14|does not say",
}


@pytest.mark.parametrize("header", HEAD)
def test_ambiguous_headers_of_int_files(tmp_path, header):
    path = write_int(tmp_path / "ck.int", read_interaction("cohen-kurath"), "isospin")
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = header
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=HEAD[header]):
        read_interaction(path, orbits=P, core="He4")


def test_wrong_orbit_order_of_an_int_file(tmp_path):
    path = write_int(tmp_path / "ck.int", read_interaction("cohen-kurath"), "isospin")
    with pytest.raises(InputError, match=r"line \d+ .*Is the order of the orbits that of this file"):
        read_interaction(path, orbits=P[::-1], core="He4")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"reference": 18, "power": 0.3}, "other sign"),
        ({"reference": 18}, "reference and power"),
        ("18", "mass_scaling = '18'"),
    ],
)
def test_stated_scalings_are_checked(tmp_path, given, message):
    path = write_int(tmp_path / "ck.int", read_interaction("cohen-kurath"), "isospin")
    with pytest.raises(InputError, match=message):
        read_interaction(path, orbits=P, core="He4", mass_scaling=given)


@pytest.mark.parametrize(
    ("rows", "notes"),
    [
        ("0 2 1.5 2\n0 2 2.5 2\n1 0 0.5 2", 0),
        ("1 2 1.5 2\n1 2 2.5 2\n2 0 0.5 2", 2),
        ("2 2 1.5 2\n2 2 2.5 2\n2 0 0.5 2", 2),
    ],
)
def test_the_n_column_counts_from_0_from_1_or_holds_the_shell(tmp_path, rows, notes):
    from weakscatter.nuclear import ModelSpace
    from weakscatter.nuclear.orbit_numbers import settled

    path = tmp_path / "sd.sps"
    path.write_text(f"! sd\niso\n3\n{rows}\n", encoding="utf-8")
    listed = read_orbits(path)
    space, remarks = settled(ModelSpace(listed.protons, listed.neutrons, 8, 8))
    assert [o.name for o in space.protons] == [f"p {name}" for name in SD]
    assert len(remarks) == notes
    assert {o.weight for o in space.orbits} == {2}


@needs_files
@pytest.mark.parametrize("path", sorted(FILES.glob("kshell_snt/*.snt")), ids=lambda path: path.stem)
def test_every_snt_file_reads_and_reads_back(tmp_path, path):
    interaction = read_interaction(path)
    again = read_interaction(write_snt(tmp_path / "copy.snt", interaction))
    assert again.two_body == interaction.two_body
    assert (again.one_body, again.scaling) == (interaction.one_body, interaction.scaling)


PN = {"protons": PF, "neutrons": PF}
JJ55 = {"orbits": FILES / "pybigstick_sps" / "jj55pn.sps", "elements": "unnormalised", "mass_scaling": "none"}
PFG = ["1p1/2", "0f5/2", "1p3/2", "0g9/2"]
PAIRS = {
    "usdb": ("bigstick_examples/usdb.int", {"orbits": SD, "core": "O16", "mass_scaling": {"reference": 18, "power": -0.3}}, "usdb", 1e-8),
    "gx1a": ("bigstick_examples/gx1a.int", {"orbits": PF, "core": "Ca40", "mass_scaling": {"reference": 42, "power": -0.3}}, "gxpf1a", 6e-4),
    "gx1a, proton-neutron": ("bigstick_examples/gx1apn.int", {"orbits": PN, "core": "Ca40", "elements": "unnormalised"}, "gxpf1a", 6e-4),
    "jun45": ("pybigstick_int/JUN45.int", {"orbits": PFG, "core": "Ni56", "mass_scaling": {"reference": 58, "power": -0.3}}, "jun45", 6e-6),
    "sn100, proton-neutron": ("pybigstick_int/jj55pna.int", JJ55, "sn100pn", 1.1e-6),
}  # fmt: skip


@needs_files
@pytest.mark.parametrize("name", PAIRS)
def test_two_formats_of_one_interaction_agree(name):
    file, keys, other, allowed_difference = PAIRS[name]
    one, two = read_interaction(FILES / file, **keys), read_interaction(FILES / "kshell_snt" / f"{other}.snt")
    assert difference(one, two) < allowed_difference
    if name != "sn100, proton-neutron":
        assert one.scaling == two.scaling


@needs_files
def test_proton_neutron_and_isospin_files_of_gx1a_are_one():
    one = read_interaction(
        FILES / "bigstick_examples/gx1apn.int", orbits=PN, core="Ca40", elements="unnormalised"
    )
    scaling = {"reference": 42, "power": -0.3}
    two = read_interaction(FILES / "bigstick_examples/gx1a.int", orbits=PF, core="Ca40", mass_scaling=scaling)
    assert difference(one, two) == 0.0
    assert one.scaling == two.scaling
    with pytest.raises(InputError, match=r"line 504 .*is this one unnormalised"):
        read_interaction(
            FILES / "bigstick_examples/gx1apn.int", orbits=PN, core="Ca40", elements="normalised"
        )


@needs_files
def test_the_comment_of_jj44b_names_another_order_than_its_elements():
    with pytest.raises(InputError, match=r"line 8 .*do not couple to J = 5"):
        read_interaction(FILES / "pybigstick_int/jj44b.int", orbits=PFG, core="Ni56", mass_scaling="none")
    right = ["1p1/2", "1p3/2", "0f5/2", "0g9/2"]
    read_interaction(FILES / "pybigstick_int/jj44b.int", orbits=right, core="Ni56", mass_scaling="none")


SDPF = FILES / "pybigstick_sps" / "sdpfa.sps"
OTHERS = {
    "GXPF1": (PF, "Ca40"), "SDPF-NR-O16": (SDPF, "O16"), "SDPF-NR": (SDPF, "O16"), "SDPF-U": (SDPF, "O16"),
    "SDPF-U-SI": (SDPF, "O16"), "P10T": (P, "He4"), "PWBP": (P, "He4"), "pkuo": (P, "He4"), "f5pg9": (PFG, "Ni56"),
    "jj44b_nn": (["1p1/2", "1p3/2", "0f5/2", "0g9/2"], "Ni56"),
}  # fmt: skip


@needs_files
@pytest.mark.parametrize("name", OTHERS)
def test_other_isospin_files_read(name):
    orbits, core = OTHERS[name]
    interaction = read_interaction(
        FILES / "pybigstick_int" / f"{name}.int", orbits=orbits, core=core, mass_scaling="none"
    )
    assert {(*key, 0) for key in interaction.two_body} == set(
        allowed(interaction.space.orbits, isospin=False)
    )


@needs_files
@pytest.mark.parametrize("name", ["sn100pn", "sn100pp", "sn100nn", "sn100co", "sn100pnMod"])
def test_components_of_an_interaction_read_and_say_what_they_lack(name):
    interaction = read_interaction(FILES / "pybigstick_int" / f"{name}.int", **JJ55)
    assert any("count as zero" in note for note in interaction.notes)


def test_a_file_that_numbers_its_orbits_is_not_read_by_another_order(tmp_path):
    """A comment "! 1=0p1/2 2=0p3/2" rules: with a list in another order orbits would be exchanged silently."""
    interaction = read_interaction("cohen-kurath")
    path = write_int(tmp_path / "ck.int", interaction, "isospin")
    names = [orbit.name[2:] for orbit in interaction.space.protons]
    stated = "! " + "  ".join(f"{i}={name}" for i, name in enumerate(names, 1))
    path.write_text(f"{stated}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    keys = {"core": "He4"}
    for orbits in (names, names[::-1], {"protons": names[::-1], "neutrons": names[::-1]}):
        again = read_interaction(path, orbits=orbits, **keys)
        assert difference(interaction, again) < 1e-9
        assert again.one_body == pytest.approx(interaction.one_body)
        assert any("numbered as ck.int states" in note for note in again.notes) == (orbits != names)
    with pytest.raises(InputError, match="Give its own list"):
        read_interaction(path, orbits=["0d5/2", "0d3/2"], **keys)
