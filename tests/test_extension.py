"""A stranger's interaction, form factor and experiment, used without touching the package.

The interaction is a tensor mediator with a mass and a complex off-diagonal coupling; the form factor a Gaussian; the
experiment a card with CSV files. They are listed, run in cards, limited and differentiated like the built-in ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter import InputError
from weakscatter.cards import available, complete, experiment_from_card, run
from weakscatter.cards.names import join
from weakscatter.cards.statistics import ask
from weakscatter.experiments import analyse
from weakscatter.inference import Parameter
from weakscatter.interactions import Charge, Weak, together
from weakscatter.units import MeV, fm


def coupling_of_e_and_mu() -> np.ndarray:
    matrix = np.zeros((3, 3), dtype=complex)
    matrix[0, 1], matrix[1, 0] = 1e-8j, -1e-8j
    return matrix


@dataclass(frozen=True, eq=False)
class TensorMediator:
    """A tensor mediator that couples to protons and neutrons alike."""

    g: Any = field(default=1.0, metadata={"unit": "", "least": 0.0})
    mass: Any = field(default=10.0 * MeV, metadata={"unit": "MeV", "above": 0.0})
    matrix: Any = field(default_factory=coupling_of_e_and_mu, metadata={"unit": "", "matrix": "hermitian"})
    structure: str = field(default="tensor", metadata={"words": ("tensor", "scalar")})
    kind = "tensor-mediator"
    citations = ()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (
            Parameter("g_tensor", 1.0, lower=0.0, upper=1e4, description="coupling over that of the matrix"),
            Parameter(
                "mass_tensor", 10.0, unit="MeV", lower=0.1, upper=1e4, description="mass of the mediator"
            ),
        )

    def from_values(self, values: Mapping[str, Any]) -> "TensorMediator":
        return replace(self, g=values.get("g_tensor", self.g), mass=values.get("mass_tensor", self.mass))

    def charges(self) -> tuple[Charge, ...]:
        matrix = self.g * jnp.asarray(self.matrix)
        return tuple(Charge(self.structure, on, matrix, mass=self.mass) for on in ("p", "n"))

    __add__ = together


@dataclass(frozen=True, eq=False)
class GaussianFormFactor:
    """F = exp(-q^2 R^2/6), narrowed by a factor of its own."""

    narrowing: Any = field(default=1.0, metadata={"unit": "", "above": 0.0})
    citations = ()

    def __call__(self, q: Any, radius: Any, nuclide: Any) -> Any:
        return jnp.exp(-((q * radius * self.narrowing) ** 2) / 6)


OWN = {"interactions": {"tensor-mediator": TensorMediator}, "form_factors": {"gaussian": GaussianFormFactor}}
CARD = """
[experiment]
name = "iodide_test"
title = "A test with sodium iodide"

[source]
kind = "pion-decay-at-rest"
protons = 3e23
yield_per_flavour = 0.09
distance = "20 m"

[target]
compound = "NaI"
mass = "50 kg"

[response]
form_factor = "{form_factor}"
axial = "one-body"

[detector]
{detector}

[data]
counts = "counts.csv"

[[background]]
name = "flat"
file = "flat.csv"
relative_uncertainty = 0.1

[[systematic]]
name = "sns_flux"
relative_uncertainty = 0.1
components = ["signal"]
"""
SMEARING = """
quenching = { kind = "constant", factor = 0.1 }
resolution = { kind = "gaussian", noise = "0.3 keV" }
efficiency = { kind = "table", file = "efficiency.csv" }
"""
SHARP = """
quenching = { kind = "constant", factor = 0.1 }
resolution = { kind = "gaussian", noise = "0.03 keV" }
efficiency = { kind = "perfect" }
"""
MATRIX = """
response_matrix = "matrix.csv"
outside = "zero"
efficiency = { kind = "perfect" }
"""
BINS = [(1.0, 2.0), (2.0, 3.0), (3.0, 5.0)]


def write(folder, detector, form_factor="gaussian", counts=(690, 200, 105)):
    def table(values):
        rows = "".join(f"{low},{high},{n}\n" for (low, high), n in zip(BINS, values, strict=True))
        return f"lower (keV),upper (keV),counts (1)\n{rows}"

    (folder / "counts.csv").write_text(table(counts))
    (folder / "flat.csv").write_text(table([20, 20, 40]))
    (folder / "efficiency.csv").write_text("x (keV),efficiency (1)\n0,0.2\n1,0.5\n2,0.8\n10,0.9\n")
    # Recoil energies against bins: a constant quenching of 0.1 without any smearing.
    nodes = [0, 9.99, 10, 20, 20.01, 30, 30.01, 50, 50.01, 300]
    rows = [
        [1, 0, 0]
        if 10 <= T <= 20
        else [0, 1, 0]
        if 20 < T <= 30
        else [0, 0, 1]
        if 30 < T <= 50
        else [0, 0, 0]
        for T in nodes
    ]
    lines = "".join(f"{T},{','.join(map(str, row))}\n" for T, row in zip(nodes, rows, strict=True))
    (folder / "matrix.csv").write_text(f"recoil_energy (keV),a (1),b (1),c (1)\n{lines}")
    (folder / "test.toml").write_text(CARD.format(detector=detector, form_factor=form_factor))
    return folder / "test.toml"


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    return write(tmp_path_factory.mktemp("smeared"), SMEARING)


@pytest.fixture(scope="module")
def experiment(card):
    return experiment_from_card(card, form_factors=OWN["form_factors"])


def test_own_names_are_listed(experiment):
    listed = available(**OWN, experiments={"iodide_test": experiment})
    assert listed["interactions"]["tensor-mediator"].startswith("A tensor mediator")
    assert "gaussian" in listed["form-factors"]
    assert listed["experiments"]["iodide_test"] == "A test with sodium iodide"
    assert "weak" in listed["interactions"]


def cross_section(**interaction):
    return {
        "task": "cross-section",
        "projectile": {"flavour": "mu", "energy": "30 MeV"},
        "target": {"nuclide": "I127"},
        "response": {"form_factor": "gaussian", "narrowing": 0.9, "axial": "one-body"},
        "interaction": [{"kind": "weak"}, {"kind": "tensor-mediator", **interaction}],
        "output": {"recoil_energy": ["1 keV", "5 keV"], "by_kind": True},
    }


def test_an_own_interaction_and_form_factor_in_a_card():
    document = run(cross_section(mass="20 MeV", matrix={"emu": [0.0, 2e-8]}), **OWN)
    full = document.card["interaction"][1]
    assert full == {
        "kind": "tensor-mediator", "g": 1.0, "mass": "20.0 MeV" if full["mass"] != "20 MeV" else "20 MeV",
        "matrix": {"emu": [0.0, 2e-8]}, "basis": "flavour", "structure": "tensor",
    }  # fmt: skip
    assert document.card["response"]["narrowing"] == 0.9
    parts = dict(zip(document["kind"].value, document["dsigma_dT_by_kind"].value, strict=True))
    assert np.all(parts["tensor-mediator"] > 0.0)
    assert np.all(parts["interference:weak,tensor-mediator"] == 0.0)
    assert run(document.card, **OWN).json() == document.json()


def test_its_coupling_and_mass_do_what_they_should():
    def tensor(**interaction):
        document = run(cross_section(**interaction), **OWN)
        return dict(zip(document["kind"].value, document["dsigma_dT_by_kind"].value, strict=True))[
            "tensor-mediator"
        ]

    assert tensor(g=2.0) == pytest.approx(4.0 * tensor(), rel=1e-12, abs=0)
    heavy, heavier = tensor(mass="10 GeV"), tensor(mass="20 GeV")
    assert heavy == pytest.approx(16.0 * heavier, rel=1e-4, abs=0)
    # |c|^2 is all that counts: the phase of the coupling is not seen.
    real, imaginary = tensor(matrix={"emu": 1e-8}), tensor(matrix={"mue": [0.0, 1e-8]})
    assert real == pytest.approx(imaginary, rel=1e-12, abs=0)


def test_a_tensor_without_spin_is_told():
    card = cross_section()
    document = run({**card, "target": {"nuclide": "Ar40"}, "response": {"form_factor": "gaussian"}}, **OWN)
    assert any("nuclear spin" in text for text in document.warnings)


def test_a_scalar_of_the_same_class():
    document = run(cross_section(structure="scalar"), **OWN)
    parts = dict(zip(document["kind"].value, document["dsigma_dT_by_kind"].value, strict=True))
    assert np.all(parts["tensor-mediator"] > 0.0)
    with pytest.raises(InputError, match="Did you mean 'scalar'"):
        run(cross_section(structure="scalr"), **OWN)
    with pytest.raises(InputError, match="energy"):
        run(cross_section(mass="1 m"), **OWN)


def test_an_experiment_from_a_card_has_what_analyses_read(experiment):
    assert experiment.name == "iodide_test"
    assert experiment.data.shape == (3, 1)
    assert experiment.energy_edges == pytest.approx(np.array([1, 2, 3, 5]) * 1e-3)
    named = {parameter.name: parameter for parameter in experiment.parameters}
    assert {"sns_flux", "flat_iodide_test", "signal_strength", "neutron_radius_I127"} <= set(named)
    assert named["sns_flux"].sigma == 0.1
    counts = analyse(experiment).predict()
    assert set(counts) == {"signal", "flat"}
    assert np.all(counts["signal"] > 0.0)


def test_detector_and_response_matrix_agree(tmp_path):
    """A hair of resolution against a matrix of ones and zeros."""
    counts = []
    for name, detector in (("sharp", SHARP), ("matrix", MATRIX)):
        (tmp_path / name).mkdir()
        made = experiment_from_card(write(tmp_path / name, detector), form_factors=OWN["form_factors"])
        counts.append(analyse(made).predict()["signal"][:, 0])
    assert counts[1] == pytest.approx(counts[0], rel=0.03, abs=0)


def test_fit_and_limit_through_cards(card):
    fit = {
        "task": "fit",
        "experiments": [{"card": str(card)}],
        "free": ["signal_strength"],
        "output": {"spectra": True},
    }
    document = run(fit, **OWN)
    assert document.converged
    assert document["expected"].value.shape == (2, 3, 1)
    assert document["energy_edges"].value == pytest.approx([1, 2, 3, 5])
    assert 0.2 < document["best_fit"].value["signal_strength"]["value"] < 20.0
    limit = {
        "task": "limit",
        "experiments": [{"card": str(card)}],
        "parameter": "g_tensor",
        "interaction": [{"kind": "weak"}, {"kind": "tensor-mediator", "mass": "20 MeV"}],
    }
    document = run(limit, **OWN)
    assert document.converged
    ((lower, upper),) = document["interval"].value
    assert lower == 0.0
    assert 0.0 < upper < 1e4
    assert run(document.card, **OWN).json() == document.json()


def test_the_experiment_as_an_object_beside_a_built_in_one(experiment):
    """One flux of the source, two experiments: the pull is shared by its name."""
    names = join(**OWN, experiments={"iodide_test": experiment})
    card = {"task": "fit", "experiments": ["iodide_test", "coherent_csi_2021"], "free": ["signal_strength"]}
    full = complete(card, **OWN, experiments={"iodide_test": experiment})
    likelihood = ask(full, names, full["free"]).likelihood
    assert likelihood.names.count("sns_flux") == 1
    assert likelihood.names.count("signal_strength") == 1
    assert {"flat_iodide_test", "brn_csi"} <= set(likelihood.names)
    assert likelihood.data.size == 3 + 88


@pytest.mark.slow
def test_gradients_are_finite_and_right(experiment):
    theory = Weak() + TensorMediator()
    free = ["g_tensor", "mass_tensor", "neutron_radius_I127"]
    analysis = analyse(experiment, theory, free=free)
    start = {**analysis.nominal, "g_tensor": 50.0}

    def total(values):
        return jnp.sum(analysis.expected(values))

    slopes = jax.grad(total)({name: jnp.asarray(value) for name, value in start.items()})
    for name in free:
        step = 1e-4 * start[name]
        up, down = (float(total({**start, name: start[name] + sign * step})) for sign in (1, -1))
        assert np.isfinite(slopes[name])
        assert float(slopes[name]) == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=0)
        assert slopes[name] != 0.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("counts.csv", "lower (keV),upper (keV),counts (1)\n1,2,-5\n"), "negative"),
        (("counts.csv", "lower (keV),upper (keV),counts (1)\n1,2,5\n3,4,5\n"), "without gaps"),
        (("counts.csv", "lower (keV),upper (keV),counts (1)\n1,2,x\n"), "line 2"),
        (("counts.csv", "lower (s),upper (s),counts (1)\n1,2,3\n"), "keV or PE"),
        (("counts.csv", "lower (PE),upper (PE),counts (1)\n1,2,3\n"), "observable is in keV"),
        (("flat.csv", "lower (keV),upper (keV),counts (1)\n1,2,5\n"), "differ from those of the data"),
        (("efficiency.csv", "x (keV),efficiency (%)\n0,20\n10,120\n"), "between 0 and 1"),
        (("efficiency.csv", "x (keV),efficiency (1)\n0,0.2\n2,0.5\n"), "covers"),
    ],
)
def test_bad_files_are_named(tmp_path, change, words):
    path = write(tmp_path, SMEARING)
    (tmp_path / change[0]).write_text(change[1])
    with pytest.raises(InputError, match=words):
        experiment_from_card(path, form_factors=OWN["form_factors"])


def test_radii_stay_in_natural_units(experiment):
    radius = next(p for p in experiment.parameters if p.name == "neutron_radius_I127")
    assert radius.value == pytest.approx(4.94)
    (target,) = [t for t in experiment.build(Weak(), {}).targets if t.response.nuclide.name == "I127"]
    assert target.response.neutron_radius == pytest.approx(4.94 * fm)
