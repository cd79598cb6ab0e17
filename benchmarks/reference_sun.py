"""Solar neutrinos on electrons in vectorised NumPy: stepping, tree couplings, a magnetic moment, adiabatic conversion averaged
over every cell of the production region with the two-flavour reduction; Gauss nodes in energy from E_min(T) to the end."""

import numpy as np

from weakscatter import constants as c
from weakscatter.flux import LINES, SOLAR_SOURCES, solar_model, solar_profile, solar_shape
from weakscatter.units import eV

#: Nodes in energy per recoil energy: as many as 1e-5 of the total needs, see the benchmark.
NODES = 192


def survival(E, source, mixing):
    """P_ee [E], averaged over the cells of the solar model."""
    s12, s13 = mixing["sin2_theta_12"], mixing["sin2_theta_13"]
    profile = solar_profile("b16_gs98")
    share = profile.shares[source] / profile.shares[source].sum()
    cos2, sin2 = 1 - 2 * s12, 2 * np.sqrt(s12 * (1 - s12))
    A = 2 * np.sqrt(2) * c.G_F * profile.density * E[..., None] * (1 - s13) / mixing["delta_m2_21"]
    matter = (cos2 - A) / np.sqrt((cos2 - A) ** 2 + sin2**2)
    return s13**2 + (1 - s13) ** 2 * (1 + cos2 * (matter @ share)) / 2


def weak(E, T, g_v, g_a):
    x = 1 - T / E
    bracket = (g_v + g_a) ** 2 + (g_v - g_a) ** 2 * x**2 + (g_a**2 - g_v**2) * c.m_e * T / E**2
    return c.G_F**2 * c.m_e / (2 * np.pi) * bracket


def per_electron(E, T, P, sin2_theta_w, moment):
    g_v = -0.5 + 2 * sin2_theta_w
    magnetic = np.pi * c.alpha**2 / c.m_e**2 * moment**2 * (1 / T - 1 / E)
    return P * weak(E, T, g_v + 1, 0.5) + (1 - P) * weak(E, T, g_v, -0.5) + magnetic


def spectrum(T, mixing, sin2_theta_w, moment, subshells, atoms, duration, nodes=NODES):
    """dN/dT [T] (1/MeV) of all sources."""
    electrons = sum(np.where(s.energy <= T, s.occupation, 0.0) for s in subshells)
    lowest = (T + np.sqrt(T * (T + 2 * c.m_e))) / 2
    x, w = np.polynomial.legendre.leggauss(nodes)
    total = np.zeros_like(T)
    model = solar_model("b16-gs98")
    for source in SOLAR_SOURCES:
        flux = model.fluxes[source][0] * duration
        if source in LINES:
            lines, shares = (np.array(part) for part in LINES[source])
            P = survival(lines, source, mixing)
            for E, share, p in zip(lines, shares, P, strict=True):
                seen = lowest <= E
                total[seen] += flux * share * per_electron(E, T[seen], p, sin2_theta_w, moment)
            continue
        shape = solar_shape(source)
        end = shape.energy[-1]
        half = np.maximum(end - lowest, 0.0)[:, None] / 2
        E = lowest[:, None] + half * (1 + x)
        phi = np.interp(E, shape.energy, shape.values, right=0.0)
        # The conversion is smooth: on a table of its own, then read.
        table = np.geomspace(1e-2, 1.01 * end, 200)
        P = np.interp(E, table, survival(table, source, mixing))
        total += flux * np.sum(half * w * phi * per_electron(E, T[:, None], P, sin2_theta_w, moment), axis=1)
    return electrons * atoms * total


def mixing_of(rng):
    return {
        "sin2_theta_12": rng.normal(0.308, 0.01),
        "sin2_theta_13": rng.normal(0.0222, 0.0005),
        "delta_m2_21": rng.normal(7.49e-5, 0.2e-5) * eV**2,
    }
