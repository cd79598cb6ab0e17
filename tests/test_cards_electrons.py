"""Cards of targets that scatter on electrons: rates by a second route, a user's own detector, clear errors."""

from math import pi
from pathlib import Path

import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter.cards import run
from weakscatter.flux import LINES, reactor_antineutrinos, solar_model, solar_neutrinos, solar_shape
from weakscatter.matter import subshells
from weakscatter.provenance.errors import InputError
from weakscatter.units import cm, keV, s, yr

XENON = {
    "task": "rate",
    "source": {"kind": "solar"},
    "target": {"element": "Xe", "scatters_on": "electrons"},
    "response": {"electrons": "stepping"},
    "interaction": [
        {"kind": "weak", "couplings": "tree"},
        {"kind": "magnetic-moment", "effective": 1e-11},
    ],
    "output": {"recoil_energy": ["2 keV", "40 keV"], "units": {"dR_dT": "1/(t yr keV)"}},
}
README = Path(__file__).parents[1] / "README.md"
ATOMS = 6.02214076e23 * 1e6 / 131.293  # per tonne


def per_electron(E, T, P, moment, anti=False):
    """cm^2-free closed form: weak of nu_e with probability P, of nu_mu with 1 - P, and a universal moment."""
    neutral, sign = -0.5 + 2 * c.sin2_theta_w_0, -1 if anti else 1

    def weak(gv, ga):
        ga = sign * ga
        return (gv + ga) ** 2 + (gv - ga) ** 2 * (1 - T / E) ** 2 + (ga**2 - gv**2) * c.m_e * T / E**2

    first = c.G_F**2 * c.m_e / (2 * pi) * (P * weak(neutral + 1, 0.5) + (1 - P) * weak(neutral, -0.5))
    return first + pi * c.alpha**2 / c.m_e**2 * moment**2 * (1 / T - 1 / E)


@pytest.mark.slow
@pytest.mark.parametrize("source", ["pp", "b8", "be7"])
def test_solar_rate_by_quadrature(source):
    """Closed tails against quadrature over the spectrum, to 1e-4; lines as sums."""
    card = {**XENON, "source": {"kind": "solar", "components": [source]}}
    found = run(card)["dR_dT"].value[0]
    (component,) = solar_neutrinos(duration=1 * s, components=[source]).components
    flux = solar_model("b16-gs98").fluxes[source][0]

    def P(E):
        return np.real(np.asarray(component.rho(np.asarray(E))))[..., 0, 0]

    for T, value in zip(np.array([2.0, 40.0]) * keV, found, strict=True):
        electrons = sum(shell.occupation for shell in subshells("Xe") if shell.energy <= T)
        lowest = (T + np.sqrt(T * (T + 2 * c.m_e))) / 2
        if source in LINES:
            lines, shares = LINES[source]
            rate = sum(
                w * per_electron(E, T, P(E), 1e-11) for E, w in zip(lines, shares, strict=True) if lowest <= E
            )
        else:
            shape = solar_shape(source)
            E = np.linspace(lowest, shape.energy[-1], 40_001)
            phi = np.interp(E, shape.energy, shape.values)
            rate = np.trapezoid(phi * per_electron(E, T, P(E), 1e-11), E)
        expected = ATOMS * electrons * flux * rate * yr * keV
        assert value == pytest.approx(expected, rel=1e-4, abs=0)
    if source == "pp":
        assert f"pp [{found[0]:.8f} " in README.read_text(encoding="utf-8")


def test_reactor_rate_by_quadrature():
    """Card 09 with stepping: a sum of linear segments, exact, against quadrature."""
    card = {
        **XENON,
        "source": {"kind": "reactor", "flux": "1e13 1/(cm^2 s)", "neutron_capture": False},
        "target": {"element": "Ge", "scatters_on": "electrons"},
        "output": {"recoil_energy": ["1 keV", "12 keV"], "units": {"dR_dT": "1/(kg d keV)"}},
    }
    found = run(card)["dR_dT"].value[0]
    beam = reactor_antineutrinos(flux=1e13 / (cm**2 * s), duration=1 * s, captures=False)
    (component,) = beam.components
    E = np.linspace(1e-3, 11.99, 200_001)
    phi = np.asarray(component.density(E))
    for T, value in zip(np.array([1.0, 12.0]) * keV, found, strict=True):
        electrons = sum(shell.occupation for shell in subshells("Ge") if shell.energy <= T)
        seen = (T + np.sqrt(T * (T + 2 * c.m_e))) / 2 <= E
        integrand = np.where(seen, phi * per_electron(E, T, 1.0, 1e-11, anti=True), 0.0)
        rate = float(component.fluence) / s * np.trapezoid(integrand, E)
        expected = 6.02214076e23 * 1e3 / 72.630 * electrons * rate * 86400 * s * keV
        assert value == pytest.approx(expected, rel=3e-4, abs=0)


@pytest.mark.slow
def test_rates_need_no_exposure_and_counts_do():
    assert "N_total" not in run(XENON)
    counted = {
        **XENON,
        "source": {"kind": "solar", "components": ["pp"], "duration": "1 yr"},
        "target": {**XENON["target"], "mass": "1 t"},
    }
    del counted["output"]
    weak_only = {**counted, "interaction": [{"kind": "weak", "couplings": "tree"}]}
    document = run(weak_only)
    total = document["N_total"].value
    assert document["component"].value[0] == "pp"
    assert 200 < total[0] < 600  # pp neutrinos in a tonne and a year
    detector = {
        "energy_edges": ["1 keV", "30 keV"],
        "resolution": {"kind": "gaussian", "stochastic": "0.31 keV^(1/2)"},
        "efficiency": {"kind": "perfect"},
    }
    seen = run({**weak_only, "detector": detector})
    window = run({**weak_only, "output": {"window": ["1 keV", "30 keV"]}})["N_window"].value.sum()
    assert seen["counts"].value[0] == pytest.approx(window, rel=0.03, abs=0)
    with pytest.raises(InputError, match="electron-equivalent"):
        run({**weak_only, "detector": {**detector, "quenching": {"kind": "constant", "factor": 1.0}}})


def own_detector(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    bins = [(a, a + 1) for a in range(1, 31)]
    rows = "".join(f"{a},{b},{rng.poisson(18)}\n" for a, b in bins)
    (folder / "counts.csv").write_text(f"lower (keV),upper (keV),counts (1)\n{rows}")
    flat = "".join(f"{a},{b},15\n" for a, b in bins)
    (folder / "radon.csv").write_text(f"lower (keV),upper (keV),counts (1)\n{flat}")
    (folder / "efficiency.csv").write_text("x (keV),efficiency (1)\n0.5,0\n2,0.8\n5,0.9\n40,0.9\n")
    text = """
[experiment]
name = "my_xenon"
[source]
kind = "solar"
duration = "1 yr"
components = ["pp", "be7"]
[target]
element = "Xe"
mass = "1 t"
scatters_on = "electrons"
[response]
electrons = "stepping"
[detector]
resolution = { kind = "gaussian", stochastic = "0.31 keV^(1/2)" }
efficiency = { kind = "table", file = "efficiency.csv", outside = "zero" }
[data]
counts = "counts.csv"
[[background]]
name = "radon"
file = "radon.csv"
relative_uncertainty = 0.1
"""
    path = folder / "experiment.toml"
    path.write_text(text)
    return path


def test_own_detector_from_a_card_and_csv_files_gives_a_limit(tmp_path):
    card = {
        "task": "limit", "experiments": [{"card": str(own_detector(tmp_path))}],
        "parameter": "magnetic_moment_effective", "confidence": 0.9,
        "interaction": [{"kind": "weak", "couplings": "tree"}],
    }  # fmt: skip
    ((lower, upper),) = run(card)["interval"].value
    assert lower == 0.0
    assert 0.05 < upper < 1.0  # 1e-10 mu_B: a few 1e-11 with a background of 15 per keV


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"response": {"electrons": "steps"}}, "steps"),
        ({"response": {"electrons": "free", "edges": "measured"}}, "edges"),
        ({"response": {"electrons": "stepping", "edges": "guessed"}}, "response.edges"),
        ({"kinematics": {"spin": "0"}}, "Leave it out"),
        ({"target": {"element": "Xe", "scatters_on": "quarks"}}, "scatters_on"),
        (
            {"source": {"kind": "reactor", "flux": "1e13 1/(cm^2 s)", "fuel": {"U235": 1.2, "U238": -0.2}}},
            "fraction",
        ),
    ],
)
def test_bad_input(change, message):
    with pytest.raises(InputError, match=message):
        run({**XENON, **change})


def test_a_moment_on_bound_electrons_counts_from_the_first_edge():
    """Below the first edge nothing is seen, so that the number is finite; of free electrons it is not."""
    steady = {
        "task": "rate",
        "source": {
            "kind": "radioactive",
            "nuclide": "Cr51",
            "activity": "1 MBq",
            "distance": "1 m",
            "duration": "1 d",
        },
        "target": {"element": "Xe", "scatters_on": "electrons", "mass": "1 kg"},
        "interaction": [{"kind": "magnetic-moment", "effective": 1e-11}],
        "output": {"recoil_energy": ["1 keV"]},
    }
    bound = run({**steady, "response": {"electrons": "stepping"}})
    assert np.all(np.asarray(bound["N_total"].value) > 0)
    assert not any("infinite" in warning for warning in bound.warnings)
    free = run({**steady, "response": {"electrons": "free"}})
    assert free["N_total"].value is None
    assert any("infinite" in warning for warning in free.warnings)
