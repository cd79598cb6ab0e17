"""Theories: parameters, sums, the Standard-Model charge radius counted once, Hermitian matrices."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter.interactions import (
    COUPLING_SETS,
    INTERACTIONS,
    MILLICHARGE_SHIFT,
    RADIUS_SHIFT,
    SM_CHARGE_RADIUS,
    Anapole,
    Charge,
    ChargeRadius,
    EffectiveMagneticMoment,
    ElectricMoment,
    LightAxial,
    LightPseudoscalar,
    LightScalar,
    LightTensor,
    LightVector,
    MagneticMoment,
    Millicharge,
    Millicharged,
    NonStandard,
    SterileDipole,
    SterileMixing,
    TotalChargeRadius,
    UniversalMagneticMoment,
    VectorPortal,
    Weak,
    explicit_couplings,
    hermitian,
    hermitian_matrix,
    theory_from_parameters,
    theory_parameters,
)
from weakscatter.provenance import source
from weakscatter.provenance.errors import InputError
from weakscatter.units import cm

MEMBERS = {
    "weak": Weak(),
    "charge-radius": ChargeRadius(),
    "millicharge": Millicharge(),
    "magnetic-moment": MagneticMoment(),
    "electric-moment": ElectricMoment(),
    "anapole": Anapole(),
    "total-charge-radius": TotalChargeRadius(),
    "effective-magnetic-moment": EffectiveMagneticMoment(),
    "universal-magnetic-moment": UniversalMagneticMoment(),
    "nsi": NonStandard(),
    "light-vector": LightVector(mass=10.0, coupling=1e-4, model="b-minus-l"),
    "light-scalar": LightScalar(mass=10.0, coupling=1e-4),
    "light-pseudoscalar": LightPseudoscalar(mass=10.0, coupling=1e-4),
    "light-tensor": LightTensor(mass=10.0, coupling=1e-4),
    "light-axial": LightAxial(mass=10.0, coupling=1e-4),
    "sterile-dipole": SterileDipole(mass=10.0),
    "sterile-mixing": SterileMixing(delta_m2=1.0, u_mu4=0.1),
    "millicharged": Millicharged(mass=1.0, charge=1e-6),
    "dark-photon": VectorPortal(mass=10.0, mediator_mass=30.0, epsilon=1e-4),
}
SCALE = np.sqrt(2) * c.G_F


def numbers(theory):
    """Everything about a theory that reaches a rate: charges with their masses, and what happens on the way."""
    each = [
        np.ravel(np.asarray(part))
        for x in theory.charges()
        for part in (x.matrix, x.mass or 0.0, x.final_mass)
    ]
    way = [np.ravel(np.asarray(part)) for part in getattr(theory, "disappearance", ())[:2]]
    # Of dark matter the theory states the mass of the projectile too.
    way.append(np.ravel(np.asarray(getattr(theory, "mass", 0.0))))
    return np.concatenate([*each, *way])


def test_every_interaction_is_in_the_table():
    assert set(INTERACTIONS) <= set(MEMBERS)


@pytest.mark.parametrize("kind", MEMBERS)
def test_family(kind):
    """What every theory offers; each of its parameters moves its charges, and moves them differentiably."""
    theory = MEMBERS[kind]
    assert theory.kind == kind
    assert all(source(key).title for key in theory.citations)
    before = numbers(theory)
    for parameter in theory.parameters:
        value = parameter.value + 0.01
        if parameter.name.endswith("_phase"):
            continue  # a phase of nothing moves nothing: test_polar_entries
        assert np.any(numbers(theory.from_values({parameter.name: value})) != before), parameter.name

        def total(x, name=parameter.name):
            moved = theory.from_values({name: x})
            return sum(
                jnp.sum(jnp.abs(jnp.asarray(part)) ** 2)
                for charge in moved.charges()
                for part in (charge.matrix, charge.mass or 0.0, charge.final_mass)
            ) + sum(
                jnp.sum(jnp.abs(jnp.asarray(part)))
                for part in (*getattr(moved, "disappearance", ())[:2], getattr(moved, "mass", 0.0))
            )

        assert np.isfinite(jax.grad(total)(value))


@pytest.mark.parametrize("kind", sorted(set(MEMBERS) - {"sterile-dipole"}))
def test_matrices_are_hermitian(kind):
    # The dipole portal leads to one state of another kind: its matrix is a row.
    theory = MEMBERS[kind]
    # One mixing has two names, of which one may be given.
    named = [p for p in theory.parameters if not p.name.endswith(("_phase", "epsilon_squared"))]
    moved = theory.from_values({p.name: p.value + 0.1 * (i + 1) for i, p in enumerate(named)})
    for charge in moved.charges():
        # An electric moment enters as -i epsilon.
        matrix = np.asarray(charge.matrix) * (1j if kind == "electric-moment" else 1)
        np.testing.assert_allclose(matrix, matrix.conj().T, atol=1e-18 * np.max(np.abs(matrix)) + 1e-300)


def test_tree_couplings():
    """g_V^p = 1/2 - 2 s^2, g_V^n = -1/2, at the low-energy mixing angle."""
    assert COUPLING_SETS["tree"].g_v_p[0] == pytest.approx(0.5 - 2 * 0.23857, abs=1e-12)
    assert COUPLING_SETS["tree"].g_v_n == -0.5


def test_conversion_factors():
    assert RADIUS_SHIFT * 1e-32 * cm**2 == pytest.approx(-0.02380, abs=5e-6)
    Q2 = 2 * c.m_e * 1e-3  # the electron sheet's anchor: 5.4396 for 1e-12 e at T = 1 keV on an electron
    assert pytest.approx(5.4396, rel=1e-4, abs=0) == MILLICHARGE_SHIFT * 1e-12 / Q2
    assert pytest.approx(1.0, rel=1e-12, abs=0) == MILLICHARGE_SHIFT / (-6 * RADIUS_SHIFT)


def test_normalisation_of_charges():
    vector, neutron, axial, *_ = Weak().charges()
    assert complex(vector.matrix[0, 0]) == pytest.approx(SCALE * 0.0401, rel=1e-9, abs=0)
    assert complex(neutron.matrix[1, 1]) == pytest.approx(SCALE * -0.5094, rel=1e-9, abs=0)
    assert complex(axial.matrix[2, 2]) == pytest.approx(SCALE * c.g_A / 2, rel=1e-9, abs=0)
    photon, electron = Millicharge(np.eye(3)).charges()
    assert photon.mass == 0
    assert complex(photon.matrix[0, 0]) == pytest.approx(4 * np.pi * c.alpha, rel=1e-9, abs=0)
    assert complex(electron.matrix[0, 0]) == -complex(photon.matrix[0, 0])
    dipole, _ = MagneticMoment(np.eye(3)).charges()
    # e mu_B with mu_B = e/(2 m_e) and e^2 = 4 pi alpha.
    assert complex(dipole.matrix[0, 0]) == pytest.approx(4 * np.pi * c.alpha / (2 * c.m_e), rel=1e-9, abs=0)


def test_total_radius_of_standard_value_is_the_standard_model():
    standard = np.asarray(Weak().charges()[0].matrix)
    bare = Weak(include_sm_charge_radius=False) + TotalChargeRadius()
    together = sum(np.asarray(x.matrix) for x in bare.charges() if x.current == ("vector", "p"))
    np.testing.assert_allclose(together, standard, rtol=1e-12)


def test_radius_is_never_counted_twice():
    with pytest.raises(InputError, match="counted twice"):
        Weak() + TotalChargeRadius()
    with pytest.raises(InputError, match="set twice"):
        theory_from_parameters(["charge_radius_ee", "charge_radius_bsm_mumu"])
    with pytest.raises(InputError, match="once"):
        Weak() + ChargeRadius() + ChargeRadius()
    Weak("tree") + TotalChargeRadius()  # the tree set holds none


def test_naming_a_total_radius_takes_it_out_of_the_weak_part():
    theory = theory_from_parameters(["charge_radius_ee", "sin2_theta_w", "neutron_radius_CsI"])
    weak, total = theory.parts
    assert not weak.include_sm_charge_radius
    assert isinstance(total, TotalChargeRadius)
    beyond = theory_from_parameters(["charge_radius_bsm_ee"])
    assert beyond.parts[0].include_sm_charge_radius


def test_mixing_angle_moves_the_tree_part():
    weak = Weak().from_values({"sin2_theta_w": 0.24857})
    np.testing.assert_allclose(np.array(weak.g_v_p) - np.array(Weak().g_v_p), -0.02, rtol=1e-10)


def test_parameter_values_are_in_their_units():
    theory = TotalChargeRadius().from_values({"charge_radius_ee": -5.0, "charge_radius_emu": 2.0})
    matrix = np.asarray(theory.matrix)
    assert matrix[0, 0] == pytest.approx(-5e-32 * cm**2, rel=1e-9, abs=0)
    assert matrix[0, 1] == matrix[1, 0] == pytest.approx(2e-32 * cm**2, rel=1e-9, abs=0)
    assert matrix[1, 1] == pytest.approx(SM_CHARGE_RADIUS[1], rel=1e-9, abs=0)
    names = theory_parameters()
    assert {"charge_radius_ee", "charge_radius_bsm_ee", "charge_radius_emu_im", "millicharge_mumu"} <= set(
        names
    )
    assert {"magnetic_moment_e", "magnetic_moment_ee", "magnetic_moment_effective", "sin2_theta_w"} <= set(
        names
    )


def test_generators_are_a_basis():
    generators = hermitian("x", "").matrices.reshape(9, 9)
    assert np.linalg.matrix_rank(generators) == 9


def test_hermitian_matrix_from_entries():
    matrix = hermitian_matrix({"emu": 1 + 2j, "ee": 3})
    assert matrix[1, 0] == 1 - 2j
    with pytest.raises(InputError, match="Did you mean"):
        hermitian_matrix({"emuu": 1})
    with pytest.raises(InputError, match="conjugate"):
        hermitian_matrix({"emu": 1j, "mue": 1j})
    with pytest.raises(InputError, match="real"):
        hermitian_matrix({"ee": 1j})


def test_bad_charges_and_couplings():
    with pytest.raises(InputError, match="Did you mean 'vector'"):
        Charge("vectr", "p", np.eye(3))
    with pytest.raises(InputError, match="Did you mean 'radiative-2020'"):
        Weak("radiative2020")
    with pytest.raises(InputError, match="three"):
        explicit_couplings((0.1, 0.2), -0.5)


def test_explicit_couplings_hold_a_radius_only_if_they_depend_on_flavour():
    assert not Weak(explicit_couplings(0.02, -0.5)).holds_sm_charge_radius
    assert Weak(explicit_couplings((0.0401, 0.0318, 0.0275), -0.5094)).holds_sm_charge_radius
