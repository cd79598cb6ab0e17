"""Portals to a dark sector, and what of each can be calculated here: one table for the manual and for people.

After the table of portals of a talk (C.-P. Wu, Amherst 2019); operators as printed there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Portal:
    """A portal: the operators, and pairs (what, name of the public object that calculates it); `missing` says what does not exist."""

    name: str
    particles: str
    operators: tuple[str, ...]
    computed: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


PORTALS: tuple[Portal, ...] = (
    Portal(
        "vector",
        "dark photons",
        ("-(epsilon/2 cos theta_W) B_{mu nu} F'^{mu nu}",),
        (
            ("production at stopped-pion sources", "weakscatter.flux.dark_matter_beam"),
            ("widths, and scattering of dark matter on nuclei and electrons", "weakscatter.interactions.VectorPortal"),
            ("numbers of recoils for maps of masses", "weakscatter.model.dark_counts"),
            ("limits on epsilon^2 and Y from data", "weakscatter.experiments.portal_limits"),
            ("a charge without a mediator: pairs, scattering, the halo", "weakscatter.interactions.Millicharged"),
            ("limits on a charge from a background level", "weakscatter.experiments.charged_particle_limits"),
            ("absorption of a dark photon by an atom", "weakscatter.scattering.DarkPhoton"),
            ("neutrinos that couple to a light vector", "weakscatter.interactions.LightVector"),
        ),
        ("bremsstrahlung of protons", "visible decays behind a beam dump", "hadronic widths of the mediator"),
    ),
    Portal(
        "axion",
        "pseudoscalars",
        ("(a/f_a) F Ftilde", "(a/f_a) G Gtilde", "(d_mu a/f_a) psibar gamma^mu gamma^5 psi"),
        (
            ("absorption by an atom through the coupling to electrons", "weakscatter.scattering.AxionLikeParticle"),
            ("neutrinos that couple to a light pseudoscalar", "weakscatter.interactions.LightPseudoscalar"),
        ),
        ("conversion in a Coulomb field through F Ftilde", "production by axions of the Sun: give a flux"),
    ),
    Portal(
        "higgs",
        "dark scalars",
        ("(mu S + lambda S^2) H^+ H",),
        (("neutrinos that couple to a light scalar", "weakscatter.interactions.LightScalar"),),
        ("production in meson decays", "absorption of a scalar by an atom", "dark matter behind a scalar mediator in a beam"),
    ),
    Portal(
        "neutrino",
        "sterile neutrinos",
        ("y_N L H N",),
        (
            ("mixing: disappearance over a short baseline", "weakscatter.interactions.SterileMixing"),
            ("upscattering to a heavy one through a transition moment", "weakscatter.interactions.SterileDipole"),
            ("a sterile neutrino of the halo that turns active on an atom", "weakscatter.scattering.sterile_absorption_spectrum"),
            ("width of its radiative decay", "weakscatter.interactions.conventions.decay_width_of_moment"),
        ),
        ("production in meson decays through mixing",),
    ),
)  # fmt: skip


def portals() -> tuple[Portal, ...]:
    """Return the portals with what the library calculates for each.

    >>> [portal.name for portal in portals()]
    ['vector', 'axion', 'higgs', 'neutrino']
    """
    return PORTALS
