"""Published rows: they parse, cite, and follow the rules; those with a closed form agree with it."""

import math
import re
from importlib.resources import files
from pathlib import Path

import pytest

from weakscatter import constants
from weakscatter.page import board_html, board_markdown
from weakscatter.provenance.errors import BAD_INPUT, InputError
from weakscatter.provenance.sources import source
from weakscatter.published import papers, row
from weakscatter.published.computed import Computed
from weakscatter.published.counting import predicted_counts
from weakscatter.published.numbers import with_causes
from weakscatter.published.records import Row, collect, read_paper
from weakscatter.published.scoreboard import Score, _score, scoreboard, succeeded, summary
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


def copied(tmp_path, paper, old, new):
    """The library's papers, read from a copy in which one text of one file is another."""
    for item in files("weakscatter.published").iterdir():
        if item.name.endswith(".toml"):
            text = item.read_text(encoding="utf-8")
            if item.name == f"{paper}.toml":
                assert text.count(old) == 1
                text = text.replace(old, new)
            (tmp_path / item.name).write_text(text, encoding="utf-8")
    return collect(tmp_path)


def test_a_changed_published_number_changes_board_row_and_pages(tmp_path):
    before = scoreboard(["fricke1995"])
    assert succeeded(before)
    after = scoreboard(
        ["fricke1995"], published=copied(tmp_path, "fricke1995", "value = 4.749", "value = 4.777")
    )
    (row_before,), (row_after,) = (
        [s for s in scores if s.row.id.endswith("I127")] for scores in (before, after)
    )
    assert (row_before.status, row_after.status) == ("met", "open")
    assert row_after.row.value == 4.777
    assert row_after.to_dict()["theirs"] == 4.777
    assert not succeeded(after)
    for page in (board_html, board_markdown):
        assert "4.777 fm" in page(after)
        assert "4.777" not in page(before)
        assert "recorded as met" in page(after)


def made(**changes):
    return Row(**{**GOOD, "minus": 1.0, "plus": 2.0, "expected": "met", **changes})


def test_statuses_are_strict_and_recalled_rows_never_gate():
    assert not Score(made(), 1.5, "met").fails
    assert Score(made(), 9.0, "open").fails
    assert Score(made(expected="open"), 1.5, "met").fails  # better than recorded is also a difference
    assert not Score(made(knowledge="recalled"), 9.0, "open").fails
    assert "does not gate" in summary([Score(made(knowledge="recalled"), 9.0, "open")])
    assert Score(made(gate=True, expected="open"), 9.0, "open").fails
    assert succeeded([Score(made(expected="inputs unavailable"), None, "inputs unavailable")])


def test_an_explained_row_needs_a_cause_of_that_size():
    each = made(expected="explained", explanation="their form factor")
    right, wrong = (_score(each, lambda r: 9.0, lambda r, x=x: x, None, "ame2020") for x in (2.5, 8.0))
    assert (right.status, wrong.status) == ("explained", "open")
    assert right.with_cause == 2.5
    assert "their form factor: then 2.5" in board_html((right,))
    assert _score(each, lambda r: 9.0, None, None, "ame2020").status == "open"
    assert _score(each, lambda r: 1.5, None, None, "ame2020").status == "met"
    assert _score(made(), None, None, None, "ame2020").status == "open"
    for bad in ({"expected": "explained"}, {"explanation": "a cause"}):
        with pytest.raises(InputError, match="go together"):
            made(**bad)
    expected = {row.id for row in EVERY if row.expected == "explained"}
    assert expected == set(with_causes())


def test_pages_hold_every_row_once_and_nothing_from_elsewhere():
    scores = scoreboard(["fricke1995", "bernabeu2000", "nuclear_masses"])
    page, text = board_html(scores), board_markdown(scores)
    for score in scores:
        assert page.count(f'id="{score.row.id}"') == 1
        assert score.row.text().removesuffix(" (recalled)") in page
    assert page.count("<h2") == 3
    assert text.count("\n## ") == 3
    tables = [line for line in text.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} == {9}
    for tag in ("<script", "<link", "<img", "src=", "@import", "url("):
        assert tag not in page


def test_pages_escape():
    odd = Score(made(quantity="a|b <i> & *c*"), 1.5, "met", citation="ame2020")
    assert "a|b &lt;i&gt; &amp; *c*" in board_html((odd,))
    assert r"a\|b &lt;i> & \*c\*" in board_markdown((odd,))


def test_unknown_papers_are_refused():
    with pytest.raises(InputError, match="fricke1995"):
        scoreboard(["fricke1996"])


README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("id", ["coherent2021.fitted_counts", "coherent2021.significance", "atzori2022.sin2_theta_w",
                                "atzori2023.neutron_radius_CsI", "coherent2021.window_coincident",
                                "coherent2020.fitted_counts", "coherent2020.fitted_brn",
                                "coherent2020.fitted_steady_state", "coherent2020.predicted_counts",
                                "coherent2020.significance", "coherent2017.fitted_counts",
                                "coherent2017.predicted_counts", "coherent2024.predicted_counts",
                                "conus2025.predicted_counts"])  # fmt: skip
def test_the_readme_quotes_the_published_numbers(id):
    text = row(id).text().replace(" events", "")
    assert f" {text.replace('11.6 (recalled)', '11.6 sigma (recalled)')}" in README


@pytest.mark.slow
def test_the_readme_quotes_our_numbers():
    ours = Computed()

    def counts(value, minus, plus):
        return f"{value:.0f} +{plus:.0f} -{minus:.0f}"

    argon, first = ours.lar_2020, ours.csi_2017
    for text in (
        counts(*argon.official.events["cevns"]),
        f"{argon.official.significance:.2f} sigma",
        f"{argon.predicted_counts:.0f} +- {argon.budget.total:.0f}",
        f"{argon.own.events['cevns'][0]:.0f} +- {argon.own.events['cevns'][2]:.0f}",
        f"{counts(*first.fitted_counts)}, {first.predicted_counts:.0f} +- {first.budget.total:.0f}",
        f"{predicted_counts('coherent_ge_2024'):.0f}, {predicted_counts('conus_plus_2025'):.0f}",
    ):
        assert text in README
