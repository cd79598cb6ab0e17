"""Coupled responses of all multipoles: types of operators, conservation with coupling, photoabsorption, the card."""

import numpy as np
import pytest

from weakscatter import constants, units
from weakscatter.atomic import dirac_fock, mcdf, photoabsorption, response_mesh
from weakscatter.atomic.bessel import bessel_table
from weakscatter.atomic.channels import allowed_kappas, channels
from weakscatter.atomic.coupled_response import coupled_response
from weakscatter.atomic.hartree import C
from weakscatter.atomic.multipoles import COMPUTED, elements
from weakscatter.atomic.operators import elements as in_channels
from weakscatter.atomic.operators import multipole_operators
from weakscatter.atomic.reference import reference_state
from weakscatter.cards import run
from weakscatter.provenance.errors import InputError


@pytest.fixture(scope="module")
def neon():
    return dirac_fock("Ne")


@pytest.fixture(scope="module")
def reference(neon):
    mesh = response_mesh(neon, 2.0)
    kappas = {
        k
        for s in neon.shells
        for J in (0, 1, 2)
        for n in (True, False)
        for k in allowed_kappas(s.kappa, J, natural=n)
    }
    return reference_state(neon.solution, neon.nucleus, mesh, kappas, cut=10.0)


@pytest.mark.parametrize(
    ("rank", "natural"), [(0, True), (1, True), (2, True), (0, False), (1, False), (2, False)]
)
def test_operators_are_those_of_the_radial_integrals(reference, rank, natural):
    """The same elements by `multipoles.elements` from Bessel integrals, for one particle of each channel."""
    q = 1.3
    rad = reference.system.coulomb.radial
    table = bessel_table(4, q * rad.x)
    for channel in channels(reference, rank, natural=natural):
        hole = reference.orbitals[channel.hole]
        p, s = channel.basis.functions(channel.vectors[:, 0])
        inside = np.where(rad.x <= rad.mesh.scaling_start, rad.weight, 0.0)
        parity = sum(k if k > 0 else -k - 1 for k in (channel.kappa, hole.kappa))
        pairs = {}
        for L in range(4):
            a, b = (hole.P, hole.Q) if (parity + L) % 2 == 0 else (hole.Q, hole.P)
            pairs[L] = tuple(np.sum(inside * table[L] * f * g) for f, g in ((p, a), (s, b)))
        expected = elements(channel.kappa, hole.kappa, rank, pairs)
        found = {
            name: in_channels(reference, one, channel)[0]
            for name, one in multipole_operators(reference, rank, q, natural=natural).items()
        }
        assert found.keys() == expected.keys()
        size = max(abs(value) for value in expected.values())
        for name, value in expected.items():
            assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-9 * size), (name, channel.label)


@pytest.mark.slow
def test_the_current_is_conserved_with_coupling(neon):
    """R_33 = (T/q)^2 R_00 and q R_03 = T R_00 for J = 0, 1, 2 of neon, where nothing but coupling mends non-local exchange."""
    T, q = np.array([60.0, 100.0]) * units.eV / units.hartree, np.array([0.5, 2.0])
    ranks = ((0, True), (1, True), (2, True))
    for one in coupled_response(neon, T, q, ranks, mesh=response_mesh(neon, 6.0), cut=200.0):
        ratio = (T[:, None] / (q * C)) ** 2
        np.testing.assert_allclose(one.responses[2], ratio * one.responses[0], rtol=1e-3)
        np.testing.assert_allclose(one.responses[1], 2 * np.sqrt(ratio) * one.responses[0], rtol=1e-3)


def test_without_coupling_it_is_not(reference):
    """One electron at a time in the non-local Hartree-Fock field of neon at 60 eV: R_33 misses (T/q)^2 R_00, in every rank by its own share."""
    w, q = 60.0 * units.eV / units.hartree, 1.0
    energy = [np.real(o.vector @ reference.f(o.kappa) @ o.vector) for o in reference.orbitals]
    violation = []
    for rank in (0, 1, 2):
        found = channels(reference, rank, natural=True)
        operators = multipole_operators(reference, rank, q, natural=True)
        gap = np.concatenate([reference.virtuals[c.kappa].energy - energy[c.hole] for c in found])
        density, current = (
            np.sum(
                np.concatenate([in_channels(reference, operators[name], c) for c in found]) ** 2
                * gap
                / (gap**2 - w**2)
            ).imag
            for name in "CL"
        )
        violation.append(current / density * (q * C / w) ** 2 - 1)
    # Virtual orbitals are those of the neutral atom; 53, 50 and 43 %.
    assert np.all(np.array(violation) < -0.4)


@pytest.mark.slow
def test_the_photon_line_is_photoabsorption(neon):
    w = np.array([60.0, 100.0]) * units.eV
    T = w / units.hartree
    (one,) = coupled_response(neon, T, T / C, ((1, True),))
    sigma = 2 * np.pi**2 * constants.alpha / w * np.diagonal(one.responses[3]) / units.hartree
    np.testing.assert_allclose(sigma, photoabsorption(neon, w).sigma_length, rtol=2e-3)


@pytest.mark.slow
def test_germanium_conserves_its_current():
    """MCRRPA, every shell active: J = 0, 1, 2 to 1e-3 between resonances, even parity with the configurations of 4p2."""
    state = mcdf("Ge")
    T, q = np.array([80.0]) * units.eV / units.hartree, np.array([0.5, 2.0])
    ranks = ((0, True), (1, True), (2, True))
    for one in coupled_response(state, T, q, ranks, mesh=response_mesh(state, 6.0), cut=200.0):
        ratio = (T[:, None] / (q * C)) ** 2
        np.testing.assert_allclose(one.responses[2], ratio * one.responses[0], rtol=1e-3)


def test_a_card():
    card = {
        "task": "atomic-response", "element": "Ne", "active": ["2s", "2p"], "currents": ["vector-vector", "vector-axial"],
        "multipoles": {"max_j": 6, "coupled_j": 0},
        "output": {"energy_transfer": ["100 eV", "60 eV"], "momentum_transfer": ["5 keV", "1 keV"], "units": {"R_00": "1/hartree"}},
    }  # fmt: skip
    document = run(card)
    density = document["R_00"]
    assert density.unit == "1/hartree"
    assert density.value.shape == (2, 2)
    assert np.all(density.value > 0)
    assert np.all(document["left_out"].value < 1e-4)
    assert document["R_12_21"].value.shape == (2, 2)
    # Grids in any order, and the same card without correlation: 30 % at most.
    alone = run({**card, "method": "independent-particle", "multipoles": {"max_j": 6}})
    np.testing.assert_allclose(alone["R_00"].value, density.value, rtol=0.3)
    with pytest.raises(InputError, match="must reach q r"):
        run({**card, "method": "independent-particle", "multipoles": {"max_j": 0}})
    with pytest.raises(InputError, match="vector-vector"):
        run({**card, "currents": ["vector"]})


def test_parts_have_their_places():
    assert [COMPUTED[i][2] for i in (0, 1, 2, 3, 8)] == ["00", "03+30", "33", "11+22", "12+21"]
