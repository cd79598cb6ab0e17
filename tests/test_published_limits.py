"""External limits: the entries follow the rules, carry their source, convert, and are drawn beside a profile."""

import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import weakscatter
from weakscatter import conventions, plot
from weakscatter.inference import LimitResult, ScanResult
from weakscatter.interactions import theory_parameters
from weakscatter.plot.style import STYLE
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import cite, source
from weakscatter.published import ExternalLimit, external_limit, external_limits
from weakscatter.published.limits import COMBINATIONS, KINDS, read_limits

EVERY = external_limits()

#: What the reference sheets mark as read in a source; nothing else may claim to be verified.
VERIFIED = {
    "borexino2017.magnetic_moment_effective": 2.8e-11,
    "canas2016.magnetic_moment_effective": 3.1e-11,
    "atzori2022lz.magnetic_moment_effective": 1.1e-11,
    "atzori2022lz.millicharge_ee": 1.5e-13,
    "chen2014.millicharge_ee": 1.0e-12,
    "studenikin2014.millicharge_ee": 1.5e-12,
    "brudanin2014.millicharge_ee": 2.7e-12,
}
#: Numbers of the sheets that a person still has to compare with the paper.
RECALLED = {
    "gemma2012.magnetic_moment_e": 2.9e-11,
    "texono2007.magnetic_moment_e": 7.4e-11,
    "texono2010.magnetic_moment_e": 22e-11,
    "chen2015.magnetic_moment_e": 26e-11,
    "chen2015.millicharge_ee": 2.1e-12,
    "atzori2022.magnetic_moment_e": 2.13e-10,
    "atzori2022.magnetic_moment_mu": 18e-10,
    "xenonnt2022.magnetic_moment_effective": 6.4e-12,
    "lz2023.magnetic_moment_effective": 1.36e-11,
    "lz2023.millicharge_ee": 2.24e-13,
    "hsieh2019.magnetic_moment_effective": 4.51e-11,
    "raffelt1990.magnetic_moment_effective": 3e-12,
    "cadeddu2018b.charge_radius_emu": 22e-32,
    "cadeddu2018b.charge_radius_etau": 38e-32,
    "cadeddu2018b.charge_radius_mutau": 27e-32,
}


@pytest.mark.parametrize("limit", EVERY, ids=lambda each: each.id)
def test_entries_follow_the_rules(limit):
    known = theory_parameters()
    for name in (limit.parameter, *limit.also):
        assert name in known
        unit = next(p.unit for p in known[name]().parameters if p.name == name)
        lower, upper = limit.ends_in(unit)
        assert upper is not None
        assert upper > 0
        assert lower is None or lower < upper
    assert limit.convention in conventions.RADIUS_CONVENTIONS
    assert limit.combination in COMBINATIONS
    assert source(limit.citation).year > 1980
    assert str(source(limit.citation).year) in limit.cited
    # Elements of matrices and effective moments are not each other.
    indices = limit.parameter.rsplit("_", 1)[1]
    if limit.parameter.startswith("magnetic_moment"):
        assert limit.combination == "effective"
    elif indices in ("emu", "etau", "mutau"):
        assert limit.combination == "transition"
    else:
        assert limit.combination in ("diagonal", "effective")
    # A quantity with a sign has two ends; a modulus with one end is bounded by zero in the library as well.
    parameter = next(p for p in known[limit.parameter]().parameters if p.name == limit.parameter)
    assert (limit.lower is None) == (parameter.lower == 0)
    if limit.kind != "laboratory":
        assert limit.note, "an astrophysical or cosmological limit rests on assumptions: name them"


def test_verified_is_what_was_read():
    assert {limit.id for limit in EVERY if limit.knowledge == "verified"} == set(VERIFIED)
    for id, value in (VERIFIED | RECALLED).items():
        assert external_limit(id).upper == pytest.approx(value, rel=1e-12, abs=0)
    assert {limit.knowledge for limit in EVERY} == {"verified", "recalled"}
    assert {limit.kind for limit in EVERY} == set(KINDS)


def test_converted_radii_are_the_printed_ones_times_two():
    """Half the size: TEXONO -2.1 to 3.3, LSND -2.97 to 4.14, LAMPF -3.56 to 5.44 (1e-32 cm^2) as printed."""
    printed = {
        "texono2010.charge_radius_ee": (-2.1, 3.3),
        "lsnd2001.charge_radius_ee": (-2.97, 4.14),
        "allen1993.charge_radius_ee": (-3.56, 5.44),
        "charm1995.charge_radius_mumu": (-0.6, 0.6),
    }
    for id, pair in printed.items():
        limit = external_limit(id)
        ours = conventions.convert_charge_radius(np.array(pair), given=limit.convention)
        assert limit.ends_in("1e-32 cm^2") == pytest.approx(tuple(ours))
        assert str(pair[1]) in limit.note
    converted = {limit.id for limit in EVERY if limit.convention != "giunti-studenikin"}
    assert converted == set(printed)


def test_choice_by_parameter_and_kind():
    moments = external_limits("magnetic_moment_effective")
    assert len(moments) == len(external_limits("magnetic_moment_effective", "laboratory")) + len(
        external_limits("magnetic_moment_effective", "astrophysical")
    )
    assert {limit.kind for limit in external_limits(kind="cosmological")} == {"cosmological"}
    assert weakscatter.external_limits is external_limits
    # A charge equal for all flavours limits each of them.
    assert {limit.id for limit in external_limits("millicharge_tautau")} >= {"raffelt1999.millicharge_ee"}
    assert not any(limit.id.startswith("gemma") for limit in external_limits("millicharge_tautau"))
    # Known to the library, limited by nobody here: empty, not an error.
    assert external_limits("magnetic_moment_etau_im") == ()
    assert external_limits("neutron_radius_CsI") == ()
    assert {s.key for s in cite(moments)} >= {"borexino2017", "capozzi2020"}


def test_unknown_names_offer_the_nearest():
    with pytest.raises(InputError, match="Did you mean 'magnetic_moment_effective'"):
        external_limits("magnetic_moment_efective")
    with pytest.raises(InputError, match="Did you mean 'laboratory'"):
        external_limits(kind="laboratry")
    with pytest.raises(InputError, match=r"Did you mean 'gemma2012\.magnetic_moment_e'"):
        external_limit("gema2012.magnetic_moment_e")


def test_units():
    limit = external_limit("atzori2022lz.millicharge_ee")
    assert limit.ends_in("1e-8 e") == (-1.5e-5, 1.5e-5)
    assert limit.ends_in("e") == (-1.5e-13, 1.5e-13)
    for bad in ("1e-10 mu_B", "x e", "-1 e", "e e"):
        with pytest.raises(InputError, match="cannot be written"):
            limit.ends_in(bad)


GOOD = {
    "id": "a.b", "parameter": "magnetic_moment_e", "unit": "mu_B", "flavour": "reactor", "combination": "effective",
    "kind": "laboratory", "citation": "gemma2012", "where": "result", "knowledge": "recalled", "label": "A", "upper": 1e-11,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "astrophysics"}, "Did you mean 'astrophysical'"),
        ({"knowledge": "verifed"}, "Did you mean 'verified'"),
        ({"combination": "diag"}, "Allowed: diagonal"),
        ({"unit": "mu_b"}, "Did you mean 'mu_B'"),
        ({"upper": None}, "lower, upper or both"),
        ({"upper": math.nan}, "finite"),
        ({"upper": "1"}, "not a number"),
        ({"lower": 2e-11}, "not below"),
        ({"confidence": 90}, "share of one"),
        ({"label": ""}, "label is empty"),
        ({"citation": "nobody1900"}, "bibliography"),
    ],
)
def test_bad_limits_are_refused(change, message):
    with pytest.raises(InputError, match=message):
        ExternalLimit(**{**GOOD, **change})


def test_bad_files_are_refused(tmp_path):
    entry = "[[limit]]\n" + "".join(f"{key} = {value!r}\n".replace("'", '"') for key, value in GOOD.items())
    path = tmp_path / "limits.toml"
    for text, message in (
        (entry + entry, "twice"),
        (entry + "uppr = 1\n", "Did you mean 'upper'"),
        (entry.replace('kind = "laboratory"\n', ""), "lacks kind"),
        ("[row]\na = 1\n", r"\[\[limit\]\] tables"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=message):
            read_limits(path)
    path.write_text(entry)
    assert read_limits(path)[0].id == "a.b"


# --- drawing ------------------------------------------------------------------------------------------------
@pytest.fixture
def few_pixels(monkeypatch):
    monkeypatch.setitem(STYLE, "dpi", 50)


def scan(name, points):
    x = np.asarray(points, float)
    rise = (4 * x / np.max(np.abs(x))) ** 2
    return ScanResult({name: x}, rise, rise, 0.0, {name: 0.0}, {}, np.ones(len(x), bool), (), {}, "converged")


def bars(figure):
    return {
        line.get_gid().removeprefix("external:"): tuple(line.get_xdata())
        for line in figure.axes[0].lines
        if str(line.get_gid()).startswith("external:")
    }


def test_limits_are_drawn_with_their_citation(few_pixels, tmp_path):
    chosen = external_limits("charge_radius_ee")
    figure = plot.profile_curve(scan("charge_radius_ee", np.linspace(-30, 30, 31)), external=chosen)
    drawn = bars(figure)
    assert drawn["texono2010.charge_radius_ee"] == pytest.approx((-4.2, 6.6))
    assert len(drawn) == len(chosen) == 3
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "TEXONO, 90 %: Deniz 2010, arXiv:0911.1597 (recalled)" in texts
    plot.save(figure, tmp_path / "limits.png")
    assert bars(plot.profile_curve(scan("charge_radius_ee", np.linspace(-30, 30, 31)))) == {}


def test_what_lies_beyond_the_axis_ends_at_its_edge(few_pixels):
    limit = external_limit("lsnd2001.magnetic_moment_e")  # 10.8 in the axis' unit
    figure = plot.profile_curve(scan("magnetic_moment_e", np.linspace(0, 5, 21)), external=(limit,))
    left, right = figure.axes[0].get_xlim()
    assert bars(figure)[limit.id] == pytest.approx((left, right))
    assert [line.get_marker() for line in figure.axes[0].lines][-1] == ">"
    verified = external_limit("chen2014.millicharge_ee")
    figure = plot.profile_curve(scan("millicharge_ee", np.linspace(-5e-4, 5e-4, 21)), external=(verified,))
    assert bars(figure)[verified.id] == pytest.approx((-1e-4, 1e-4))
    assert any(
        "arXiv:1405.7168" in t.get_text() and "recalled" not in t.get_text() for t in figure.axes[0].texts
    )


def test_a_limit_on_something_else_is_refused():
    result = scan("charge_radius_ee", np.linspace(-30, 30, 31))
    with pytest.raises(InputError, match="not on 'charge_radius_ee'"):
        plot.profile_curve(result, external=external_limits("millicharge_ee"))
    with pytest.raises(InputError, match="at most"):
        plot.profile_curve(result, external=external_limits("charge_radius_ee") * 5)


def test_a_limit_result_takes_them_too(few_pixels):
    x = np.linspace(0, 40, 41)
    result = LimitResult(**{
        "parameter": "magnetic_moment_mu", "unit": "1e-10 mu_B", "confidence": 0.9, "sides": "two", "method": "wilks",
        "critical_value": 2.706, "status": "converged", "converged": True, "intervals": ((None, 18.1),), "best_fit": {},
        "minimum": 0.0, "profiled": (), "fixed": {}, "boundary": "", "notes": "", "points": x, "delta": (x / 11) ** 2,
    })  # fmt: skip
    figure = plot.profile_curve(result, external=external_limits("magnetic_moment_mu"))
    assert bars(figure)["atzori2022.magnetic_moment_mu"] == pytest.approx((0.0, 18.0), abs=1e-9)


# --- command line -------------------------------------------------------------------------------------------
def command(*arguments):
    environment = {**os.environ, "PYTHONPATH": str(Path(weakscatter.__file__).parents[1]), "COLUMNS": "160"}
    code = "from weakscatter.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, env=environment
    )


def test_commands():
    done = command("list", "limits")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == len(EVERY)
    assert (
        "|x| < 1.5e-13 e, 90 %, laboratory, verified: LZ, phenomenology (Atzori Corona 2022, arXiv:2207.05036)"
        in done.stdout
    )
    done = command("show", "limit", "texono2010.charge_radius_ee")
    assert done.returncode == 0
    for word in ("-4.2e-32", "half-size", "printed: -2.1 to 3.3", "0911.1597"):
        assert word in done.stdout
    done = command("show", "limit", "millicharge_mumu", "--json")
    assert done.returncode == 0
    assert "caprini2005.millicharge_ee" in done.stdout
    done = command("show", "limit", "millicharge_em")
    assert done.returncode == 2
    assert "Did you mean 'millicharge_emu'" in done.stderr


def test_no_limit_enters_a_fit():
    """Nothing below the published floor reads the catalogue."""
    package = Path(weakscatter.__file__).parent
    for path in package.rglob("*.py"):
        room = path.relative_to(package).parts[0]
        if room not in ("published", "cli", "page", "__init__.py"):
            assert "published.limits" not in path.read_text(encoding="utf-8").replace(
                "`weakscatter.published.limits`", ""
            )
    assert replace(EVERY[0], upper=1.0).upper == 1.0


def test_a_limit_from_the_sky_says_so(few_pixels):
    chosen = external_limits("magnetic_moment_effective", "astrophysical")
    figure = plot.profile_curve(scan("magnetic_moment_effective", np.linspace(0, 0.1, 21)), external=chosen)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "red-giant tip, astrophysical, 95 %: Capozzi 2020, arXiv:2007.03694 (recalled)" in texts
