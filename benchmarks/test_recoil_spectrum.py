"""Recoil spectrum of CsI at 200 energies: the public call against NumPy at equal accuracy, couplings new every time."""

import numpy as np
import pytest
import reference

from weakscatter.flux import pion_decay_at_rest
from weakscatter.interactions import ChargeRadius, Millicharge, Weak, explicit_couplings
from weakscatter.matter import material
from weakscatter.model import nuclear_targets, recoil_spectrum
from weakscatter.response import NuclearResponse
from weakscatter.units import cm, kg, m

T = np.linspace(1e-4, 46e-3, 200)
SOURCE = reference.Source()
ACCURACY = 1e-5

RULES = {
    "fixed": {"rule": reference.fixed_rule, "nodes": reference.FIXED_NODES},
    "interval": {"rule": reference.interval_rule, "nodes": reference.INTERVAL_NODES},
}


def hermitian(rng, size):
    matrix = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    return size * (matrix + matrix.conj().T) / 2


def couplings(rng):
    """Flavour-dependent weak couplings, full matrices of charge radii and millicharges."""
    radius, charge = hermitian(rng, 20.0), hermitian(rng, 1e-8)
    return reference.Couplings(rng.normal(0.03, 0.02, 3), rng.normal(-0.5, 0.02), radius, charge)


def ours(couplings):
    """The whole public call, its objects built anew, results brought to NumPy."""
    theory = Weak(explicit_couplings(tuple(couplings.proton.tolist()), couplings.neutron))
    theory = theory + ChargeRadius(couplings.radius * 1e-32 * cm**2) + Millicharge(couplings.charge)
    beam = pion_decay_at_rest(SOURCE.protons, SOURCE.yield_per_flavour, SOURCE.distance * m)
    targets = nuclear_targets(material("CsI"), SOURCE.mass * kg, NuclearResponse)
    return {label: np.asarray(part) for label, part in recoil_spectrum(beam, targets, theory, T).items()}


def error(found, exact):
    """Largest relative deviation where the Standard-Model spectrum is above 1 % of its peak.

    Not of the peak at hand: a millicharge piles it up at the lowest energies, and hardly anything would count.
    """
    plain = reference.recoil_spectrum(T, reference.Couplings(), SOURCE)
    counted = {label: part > 0.01 * part.max() for label, part in plain.items()}
    return max(float(np.max(np.abs(found[k][where] / exact[k][where] - 1))) for k, where in counted.items())


@pytest.mark.parametrize("name", RULES)
def test_reference_has_no_node_too_many(name):
    """Accurate to 1e-5 (doubling moves it by less), and no longer with a tenth of the nodes, or one, fewer."""
    choice, sets = RULES[name], [couplings(np.random.default_rng(seed)) for seed in range(5)]

    def worst(nodes):
        chosen = choice | {"nodes": nodes}
        twice = choice | {"nodes": 2 * nodes}
        return max(
            error(
                reference.recoil_spectrum(T, c, SOURCE, **chosen),
                reference.recoil_spectrum(T, c, SOURCE, **twice),
            )
            for c in sets
        )

    fewer = choice["nodes"] - max(1, choice["nodes"] // 10)
    assert worst(choice["nodes"]) < ACCURACY
    assert worst(fewer) > ACCURACY


def compare(name, interleaved):
    """Times of both sides, after both were found accurate."""
    rng, choice = np.random.default_rng(7), RULES[name]

    def theirs(couplings):
        return reference.recoil_spectrum(T, couplings, SOURCE, **choice)

    for _ in range(5):
        drawn = couplings(rng)
        exact = reference.recoil_spectrum(T, drawn, SOURCE, nodes=32)
        assert error(ours(drawn), exact) < ACCURACY
        assert error(theirs(drawn), exact) < ACCURACY
    return interleaved(lambda: couplings(rng), ours, theirs)


def test_recoil_spectrum(one_core, interleaved, report):
    mine, other = compare("fixed", interleaved)
    report("recoil spectrum of CsI, 200 energies (fixed nodes, one core)", mine, other, 5.0)


# Two nodes per interval are exact here, which makes the reference a closed form of some hundred array operations: what
# remains to be gained over it is their overhead. Reported, so that nobody takes the gated ratio for all.
@pytest.mark.parametrize("name", RULES)
def test_recoil_spectrum_on_all_cores(name, interleaved, report):
    mine, other = compare(name, interleaved)
    report(f"recoil spectrum of CsI, 200 energies ({name} nodes, all cores)", mine, other)
