"""Published rows: they parse, cite, and follow the rules; those with a closed form agree with it."""

import math

import pytest

from weakscatter import constants
from weakscatter.provenance.errors import BAD_INPUT, InputError
from weakscatter.provenance.sources import source
from weakscatter.published import papers, row
from weakscatter.published.records import Row, collect, read_paper
from weakscatter.units import MeV, cm, factor, fm

EVERY = [each for paper in papers().values() for each in paper.rows]


def test_papers_are_found_and_cited():
    assert {"coherent2021", "atzori2023", "cadeddu2020", "bernabeu2000", "giunti2015", "pion_decay"} <= set(
        papers()
    )
    for key, paper in papers().items():
        assert paper.key == key
        assert source(paper.citation).title


@pytest.mark.parametrize("each", EVERY, ids=lambda r: r.id)
def test_rows_follow_the_rules(each):
    assert row(each.id) is each
    assert factor(each.unit) > 0
    assert not (each.gate and each.knowledge == "recalled")
    assert each.agrees(each.value)
    far = each.value + 10 * max(each.tolerance or 0, each.plus or 0, abs(each.value), 1.0)
    assert not each.agrees(far)


@pytest.mark.parametrize(
    ("id", "knowledge", "gate"),
    [
        ("coherent2021.window_coincident", "verified", True),
        ("coherent2021.fitted_counts", "verified", True),
        ("coherent2021.predicted_counts", "verified", True),
        ("coherent2021.significance", "recalled", False),
        ("atzori2023.neutron_radius_CsI", "recalled", False),
        ("atzori2022.sin2_theta_w", "recalled", False),
        ("cadeddu2020.g_v_p_e", "verified", True),
    ],
)
def test_knowledge_of_the_main_rows(id, knowledge, gate):
    assert (row(id).knowledge, row(id).gate) == (knowledge, gate)


def helm_rms(A):
    """Lewin-Smith: R_rms^2 = (3/5) R0^2 + 3 s^2."""
    s, a, c = 0.9, 0.52, 1.23 * A ** (1 / 3) - 0.60
    return math.sqrt(0.6 * (c**2 + 7 / 3 * math.pi**2 * a**2 - 5 * s**2) + 3 * s**2)


def proton_radius(charge, N, Z, proton_size=0.0):
    return math.sqrt(charge**2 + 0.1161 * N / Z - proton_size)


CLOSED = {
    "pion_decay.line_energy": (constants.m_pi**2 - constants.m_mu**2) / (2 * constants.m_pi) / MeV,
    "pion_decay.michel_endpoint": constants.m_mu / 2 / MeV,
    "pion_decay.mean_energy_e": 0.3 * constants.m_mu / MeV,
    "pion_decay.mean_energy_mubar": 0.35 * constants.m_mu / MeV,
    "giunti2015.radius_to_coupling": math.sqrt(2) * math.pi * constants.alpha / (3 * constants.G_F) * cm**2,
    "lewin1996.radius_Cs133": helm_rms(133),
    "lewin1996.radius_I127": helm_rms(127),
    "lewin1996.radius_Ar40": helm_rms(40),
    "cadeddu2020.proton_radius_Cs133": proton_radius(row("fricke1995.charge_radius_Cs133").value, 78, 55),
    "cadeddu2020.proton_radius_I127": proton_radius(row("fricke1995.charge_radius_I127").value, 74, 53),
    "cadeddu2020.proton_radius_Ar40": proton_radius(row("fricke1995.charge_radius_Ar40").value, 22, 18),
    "cadeddu2020.point_proton_radius_Cs133": proton_radius(
        row("fricke1995.charge_radius_Cs133").value, 78, 55, 0.7071
    ),
    "cadeddu2020.point_proton_radius_I127": proton_radius(
        row("fricke1995.charge_radius_I127").value, 74, 53, 0.7071
    ),
    "cadeddu2020.point_proton_radius_Ar40": proton_radius(
        row("fricke1995.charge_radius_Ar40").value, 22, 18, 0.7071
    ),
    "cadeddu2020.g_v_p_e_minus_mu": row("giunti2015.radius_to_coupling").natural
    * (row("bernabeu2000.radius_mumu").natural - row("bernabeu2000.radius_ee").natural),
    "barranco2005.g_v_p": 1.0086 * (0.5 - 2 * 0.9978 * 0.23120)
    + 2 * -0.0031
    + 2 * 3.75e-5
    + -0.0025
    + 7.5e-5,
    "barranco2005.g_v_n": -1.0086 / 2 + -0.0031 + 3.75e-5 + 2 * -0.0025 + 2 * 7.5e-5,
}


@pytest.mark.parametrize("id", CLOSED)
def test_rows_with_a_closed_form_agree_with_it(id):
    assert row(id).agrees(CLOSED[id]), (row(id).value, CLOSED[id])


def test_natural_value_converts_the_unit():
    assert row("atzori2023.neutron_radius_CsI").natural == pytest.approx(5.47 * fm)


def test_asymmetric_errors_take_their_side():
    r = row("coherent2021.cross_section")
    assert r.pull(195e-40) == pytest.approx(1)
    assert r.pull(140e-40) == pytest.approx(-1)
    assert row("coherent2021.window_coincident").pull(1567) is None


GOOD = {"id": "x.y", "quantity": "q", "value": 1.0, "unit": "", "where": "table 1", "knowledge": "verified"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"knowledge": "recalled", "gate": True, "minus": 1, "plus": 1}, "may not gate"),
        ({"knowledge": "verifed"}, "Did you mean 'verified'"),
        ({"expected": "fine"}, "Allowed: met"),
        ({"value": float("nan")}, "finite"),
        ({"value": "1"}, "finite"),
        ({"minus": 1}, "both minus and plus"),
        ({"minus": -1, "plus": 1}, "negative"),
        ({"gate": True}, "needs an error or a tolerance"),
        ({"tolerance": 0.1}, "tolerance_reason"),
        ({"where": ""}, "where is empty"),
        ({"gate": 1}, "true or false"),
    ],
)
def test_bad_rows_are_refused(change, message):
    with pytest.raises(InputError, match=message):
        Row(**{**GOOD, **change})


ENTRY = '[[row]]\nid = "a"\nquantity = "q"\nvalue = 1\nunit = "fm"\nwhere = "t"\nknowledge = "verified"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('citation = "ame2020"\n' + ENTRY + ENTRY, "twice"),
        ('citation = "nobody1900"\n' + ENTRY, "bibliography"),
        ('citation = "ame2020"\n', "no rows"),
        (ENTRY, "needs a citation"),
        ('citation = "ame2020"\n' + ENTRY + "vaule = 2\n", "Did you mean 'value'"),
        ('citation = "ame2020"\n' + ENTRY.replace('where = "t"\n', ""), "lacks where"),
        ('citation = "ame2020"\n' + ENTRY.replace("fm", "fmm"), "fmm"),
        ('citation = "ame2020"\ntitle = "t"\n' + ENTRY, "unknown key 'title'"),
        ("citation = \n", "TOML"),
    ],
)
def test_bad_files_are_refused(tmp_path, text, message):
    (tmp_path / "some2020.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BAD_INPUT, match=message):
        collect(tmp_path)


def test_a_good_file_is_read(tmp_path):
    (tmp_path / "some2020.toml").write_text('citation = "ame2020"\n' + ENTRY, encoding="utf-8")
    paper = read_paper(tmp_path / "some2020.toml")
    assert paper.rows[0].id == "some2020.a"
    assert paper.rows[0].expected == "open"


def test_unknown_id_offers_the_nearest():
    with pytest.raises(InputError, match=r"coherent2021\.fitted_counts"):
        row("coherent2021.fited_counts")
