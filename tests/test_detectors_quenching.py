"""Quenching models: values by hand, morphing, validity, gradients."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter.detectors import (
    QUENCHINGS,
    ConstantQuenching,
    Lindhard,
    MorphedQuenching,
    PolynomialQuenching,
    RationalQuenching,
    TabulatedQuenching,
    morph_weights,
)
from weakscatter.grids import compiled
from weakscatter.provenance.errors import InputError
from weakscatter.units import keV

NOMINAL = PolynomialQuenching((0.0554628, 4.30681, -111.707, 840.384))
FIRST = (
    PolynomialQuenching((0.0613632, 3.51547, -85.5548, 595.562)),
    PolynomialQuenching((0.0495624, 5.09815, -137.858, 1085.2)),
)
SECOND = (
    PolynomialQuenching((0.055413, 3.93597, -93.1045, 630.092)),
    PolynomialQuenching((0.0555126, 4.67765, -130.309, 1050.68)),
)
SILICON = RationalQuenching((56.0, 1096.0, 382.0, 168.0, 155.0))
# kind: (model, T, E_ee), energies in keV; computed by hand from the formulas
CASES = {
    "constant": (ConstantQuenching(0.0878), 10.0, 0.878),
    "polynomial": (NOMINAL, 10.0, 0.554628 + 0.430681 - 0.111707 + 0.00840384),
    "morphed": (MorphedQuenching(NOMINAL, (FIRST, SECOND), (1.0, 0.0)), 10.0, 0.613632 + 0.351547 - 0.0855548 + 0.00595562),
    "lindhard": (Lindhard(0.157, 32), 1.0, 0.1709908709),
    # E_ee = 0.1 keV put into T = (p_0 + p_1 E + p_2 E^2)/(p_3 + p_4 E + E^2).
    "rational": (SILICON, (56 + 109.6 + 3.82) / (168 + 15.5 + 0.01), 0.1),
    "table": (TabulatedQuenching((0.0, 0.01, 0.02), (0.1, 0.2, 0.2)), 5.0, 0.75),
}  # fmt: skip


@pytest.mark.parametrize("kind", QUENCHINGS)
def test_every_kind_at_one_energy(kind):
    model, T, expected = CASES[kind]
    np.testing.assert_allclose(float(model(T * keV)) / keV, expected, rtol=2e-7)
    assert float(model(0.0)) == 0.0
    np.testing.assert_allclose(compiled(model, np.array([0.0, T * keV]))[1] / keV, expected, rtol=2e-7)
    assert np.all(np.isfinite(jax.vmap(jax.grad(model))(jnp.array([0.0, T * keV]))))


def test_csi_2021_recoils_of_five_to_forty_kev():
    # Powers of T in MeV: keV here would be wrong by orders of magnitude.
    T = np.array([5.0, 20.0, 40.0]) * keV
    expected = 0.0554628 * T + 4.30681 * T**2 - 111.707 * T**3 + 840.384 * T**4
    np.testing.assert_allclose(NOMINAL(T), expected, rtol=1e-13)
    np.testing.assert_allclose(np.asarray(NOMINAL(T)) / keV, [0.371546, 2.072785, 4.111543], rtol=1e-5)


def test_lindhard_limits():
    germanium = Lindhard(0.157, 32)
    eps = 11.5 * 32 ** (-7 / 3)
    g = 3 * eps**0.15 + 0.7 * eps**0.6 + eps
    np.testing.assert_allclose(float(germanium(1 * keV)) / keV, 0.157 * g / (1 + 0.157 * g), rtol=1e-13)
    assert 0.99 < float(germanium(1e6)) / 1e6 < 1.0
    assert float(germanium(1e-12)) / 1e-12 < 0.02


@pytest.mark.parametrize("sign", [0, 1])
def test_morph_meets_the_published_variations(sign):
    T = np.linspace(1, 45, 12) * keV
    pull = (1.0, -1.0)[sign]
    np.testing.assert_allclose(
        MorphedQuenching(NOMINAL, (FIRST, SECOND), (pull, 0.0))(T), FIRST[sign](T), rtol=1e-12
    )
    np.testing.assert_allclose(
        MorphedQuenching(NOMINAL, (FIRST, SECOND), (0.0, pull))(T), SECOND[sign](T), rtol=1e-12
    )


def test_morph_of_polynomials_is_the_polynomial_of_morphed_coefficients():
    T, pulls = np.linspace(1, 45, 12) * keV, (0.7, -1.8)
    coefficients = np.array(NOMINAL.coefficients)
    for pull, (plus, minus) in zip(pulls, (FIRST, SECOND), strict=True):
        curves = np.array([NOMINAL.coefficients, plus.coefficients, minus.coefficients])
        coefficients = coefficients + morph_weights(pull) @ curves - curves[0]
    expected = PolynomialQuenching(coefficients)(T)
    np.testing.assert_allclose(MorphedQuenching(NOMINAL, (FIRST, SECOND), pulls)(T), expected, rtol=1e-12)


def test_morph_weights_are_smooth_and_sum_to_one():
    p = np.linspace(-3, 3, 41)
    weights = np.asarray(jax.vmap(morph_weights)(p))
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, rtol=1e-14)
    np.testing.assert_allclose(
        weights[:, 1] - weights[:, 2], p, atol=1e-14
    )  # mirrored variations: a straight line
    second = jax.jit(jax.jacfwd(jax.jacfwd(morph_weights)))
    for edge in (-1.0, 1.0):
        np.testing.assert_allclose(second(edge - 1e-9), second(edge + 1e-9), atol=1e-6)
    np.testing.assert_allclose(morph_weights(0.0), [1, 0, 0], atol=0)


def test_gradient_through_a_pull_against_differences():
    def light(pull):
        return MorphedQuenching(NOMINAL, (FIRST, SECOND), (pull, 0.3))(12 * keV)

    np.testing.assert_allclose(jax.grad(light)(0.4), (light(0.401) - light(0.399)) / 0.002, rtol=1e-8)


def test_negative_light_is_no_light():
    assert float(PolynomialQuenching((0.1, -100.0))(0.01)) == 0.0
    assert float(PolynomialQuenching((0.1, -100.0))(0.0005)) > 0.0
    assert float(TabulatedQuenching((0.0, 1.0), (-0.1, -0.1))(0.5)) == 0.0


def test_outside_a_table_is_a_choice():
    nodes, factors = (0.01, 0.02), (0.2, 0.3)
    with pytest.raises(InputError, match=r"covers 0\.01 to 0\.02"):
        TabulatedQuenching(nodes, factors)(0.03)
    assert float(TabulatedQuenching(nodes, factors, outside="zero")(0.03)) == 0.0
    np.testing.assert_allclose(TabulatedQuenching(nodes, factors, outside="extrapolate")(0.03), 0.03 * 0.4)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: ConstantQuenching(-0.1), "must not be negative"),
        (lambda: ConstantQuenching(np.nan), "finite"),
        (lambda: ConstantQuenching(0.1)(-1e-3), "0 to inf keV"),
        (lambda: PolynomialQuenching((0.1,), valid_to=0.05)(0.06), "60 keV.*0 to 50 keV"),
        (lambda: PolynomialQuenching(()), "list of coefficients"),
        (lambda: PolynomialQuenching(0.1), "list of coefficients"),
        (lambda: Lindhard(0.0, 32), "positive k"),
        (lambda: Lindhard(0.16, -3), "positive Z"),
        (lambda: MorphedQuenching(NOMINAL, (FIRST,), (0.0, 1.0)), "one pull for each"),
        (lambda: TabulatedQuenching((0.0, 1.0), (0.1, 0.1), outside="zeros"), "Did you mean 'zero'"),
    ],
)
def test_bad_input(wrong, message):
    with pytest.raises(InputError, match=message):
        wrong()


def test_a_rational_quenching_has_a_threshold_and_inverts_its_formula():
    E = np.geomspace(1e-4, 5.0, 60)
    T = (56 + 1096 * E + 382 * E**2) / (168 + 155 * E + E**2)
    np.testing.assert_allclose(np.asarray(SILICON(T * keV)) / keV, E, rtol=1e-9)
    assert np.all(np.asarray(SILICON(np.array([0.0, 0.2, 0.33333]) * keV)) == 0.0)
    # The measurement that it stands for: 0.7 keV of recoil give 60 eV.
    assert float(SILICON(0.7 * keV)) / keV == pytest.approx(0.060, abs=0.002)
    slope = jax.grad(lambda x: SILICON(x * keV) / keV)(1.0)
    ends = [float(SILICON((1.0 + h) * keV)) / keV for h in (-1e-4, 1e-4)]
    assert float(slope) == pytest.approx((ends[1] - ends[0]) / 2e-4, rel=1e-5, abs=0)


@pytest.mark.parametrize(
    ("coefficients", "words"),
    [
        ((56.0, 1096.0), "five"),
        ((56.0, 1.0, 382.0, 168.0, 155.0), "rise"),
        ((0.0, 1.0, 1.0, 1.0, 1.0), "positive"),
    ],
)
def test_bad_rational_coefficients(coefficients, words):
    with pytest.raises(InputError, match=words):
        RationalQuenching(coefficients)


def test_a_rational_quenching_ends_where_its_formula_does():
    with pytest.raises(InputError, match="382 keV"):
        SILICON(400.0 * keV)
