"""Recoil spectra and cross sections without a detector: the public calls that cross the compilation border."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.flux import Beam
from weakscatter.grids import compiled, is_concrete
from weakscatter.interactions import parts_of
from weakscatter.model.known import require_known, require_reach
from weakscatter.model.level_totals import level_counts
from weakscatter.model.model import Model
from weakscatter.model.recoil_grid import RecoilGrid, decades, recoil_grid
from weakscatter.model.target import Target
from weakscatter.provenance.errors import InputError
from weakscatter.response import NUCLEAR_RECOIL, NuclearTransition
from weakscatter.scattering import contract, slot_matrices
from weakscatter.units import eV

#: Momentum transfer (MeV) below which form factors vary little: where the panels of a total begin.
_MOMENTUM = 50.0

#: Electronic recoil (MeV) below which no atom is ionised: where the panels of a total begin.
_LOWEST = 1.0 * eV


def recoil_spectrum(beam: Beam, targets: tuple[Target, ...], theory: Any, T: Any) -> dict[str, Any]:
    """Recoil spectrum dN/dT per beam component, summed over targets.

    Parameters
    ----------
    beam : `weakscatter.flux.Beam`; its fluences hold the exposure.
    targets : tuple of `Target`, responses with numbers of nuclei.
    theory : interaction or sum of interactions.
    T : array [T], recoil energy (MeV).

    Returns
    -------
    {component label: array [T]} (1/MeV), exactly zero above the component's end point.

    Raises
    ------
    InputError : a recoil energy that is not positive and finite, outside a table of the targets, or so low that neutrinos below
        the beam's table make it.
    """
    model, T = _of_one_kind(beam, theory, targets), _checked(T)
    require_reach(beam, model.targets, T)
    return _known(compiled(_spectra, model, T), model, T)


def differential_cross_section(beam: Beam, response: Any, theory: Any, T: Any) -> Any:
    """dsigma/dT [T] (MeV^-3; divide by cm^2/MeV) per target, for a beam of unit fluence such as `monoenergetic`."""
    return sum(recoil_spectrum(beam, (Target(response),), theory, T).values())


def contributions(beam: Beam, targets: tuple[Target, ...], theory: Any, T: Any) -> dict[str, Any]:
    """The recoil spectrum split by kind of interaction, interferences apart; the parts add up to the whole.

    Returns
    -------
    {"weak": [T], ..., "interference:weak,millicharge": [T], ...} (1/MeV), summed over beam components.
    """
    parts = compiled(_contributions, _of_one_kind(beam, theory, targets), _checked(T))
    if any(is_concrete(part) and np.any(np.isnan(np.asarray(part))) for part in parts.values()):
        recoil_spectrum(beam, targets, theory, T)  # says which table does not reach
    return parts


def recoil_counts(
    beam: Beam, targets: tuple[Target, ...], theory: Any, *, lowest: Any = 0.0, highest: Any = np.inf
) -> dict[str, Any]:
    """Number of recoils between two energies (MeV), per beam component.

    Raises
    ------
    InputError : `lowest` is zero and photon exchange makes the number infinite, or the window is empty.
    """
    if not (np.isfinite(lowest) and 0 <= lowest < highest):
        raise InputError(f"A recoil window needs 0 <= lower < upper; got {lowest} to {highest} MeV.")
    if lowest == 0 and is_divergent(theory, targets):
        raise InputError(
            "The total number of recoils is infinite: photon exchange diverges at zero recoil energy. "
            "Give a window with a lower edge above zero."
        )
    model = _of_one_kind(beam, theory, targets)
    targets = model.targets
    if lowest == 0 and highest == np.inf and all(isinstance(t.response, NuclearTransition) for t in targets):
        numbers = _over_levels(replace(beam, components=model.components), targets, theory)
        return dict(require_known(numbers, model.beam, lowest))
    top = max(float(t.response.recoil_energy_max(c.energies[1])) for t in targets for c in beam.components)
    heaviest = max(target.response.mass for target in targets)
    first = _MOMENTUM**2 / (2 * heaviest) if model.kinds == (NUCLEAR_RECOIL,) else _LOWEST
    steps = decades(lowest, max(min(highest, top), lowest), first)
    edges = [kink for target in targets for kink in target.response.kinks]
    grid = recoil_grid(
        beam,
        targets,
        lowest=lowest,
        highest=highest,
        kinks=[*steps, *edges],
        panels_per_interval=2,
        points=12,
    )
    require_reach(beam, targets, grid.nodes)
    return dict(require_known(compiled(_integrals, model, grid), model.beam, lowest))


def _over_levels(beam: Beam, targets: tuple[Target, ...], theory: Any) -> dict[str, Any]:
    """Between the exact ends of every level."""
    found = [(target.number, level_counts(beam, target.response, theory)) for target in targets]
    return {label: sum(number * jnp.sum(each[label]) for number, each in found) for label in beam.labels}


def is_divergent(theory: Any, targets: tuple[Target, ...] = ()) -> bool:
    """Whether a massless mediator makes totals down to T = 0 infinite.

    Targets that are all shut below a ``threshold`` of their response, such as atoms below their first edge, make them finite.
    """
    if targets and all(getattr(target.response, "threshold", 0.0) > 0 for target in targets):
        return False
    return any(
        is_concrete(charge.mass)
        and charge.mass is not None
        and charge.mass == 0
        and bool(np.any(charge.matrix))
        and (charge.form is None or charge.structure == "dipole" or float(charge.form(0.0)) != 0)
        for charge in theory.charges()
    )


def _of_one_kind(beam: Beam, theory: Any, targets: tuple[Target, ...]) -> Model:
    """The model, if its targets leave one kind of deposit: a recoil energy of another kind is another quantity."""
    model = Model(beam, theory, tuple(targets))
    if len(model.kinds) != 1:
        raise InputError(
            f"A recoil spectrum is that of one kind of deposit; these targets leave {' and '.join(model.kinds) or 'none'}. "
            "Ask for each kind apart, or give a Model with a detector, which adds them."
        )
    return model


def _known(rates: dict[str, Any], model: Model, T: Any) -> dict[str, Any]:
    return dict(require_known(rates, model.beam, float(np.min(T)) if is_concrete(T) and np.size(T) else 0.0))


def _checked(T: Any) -> Any:
    if not is_concrete(T):
        return jnp.atleast_1d(T)
    T = np.atleast_1d(np.asarray(T, dtype=float))
    if T.size and not (T.min() > 0 and T.max() < np.inf):  # not a number fails both
        raise InputError(
            f"Recoil energies must be positive and finite; got {T[~(np.isfinite(T) & (T > 0))][0]} MeV."
        )
    return T


def _spectra(model: Model, T: Any) -> dict[str, Any]:
    return model.spectra(T, *model.kinds)


def _contributions(model: Model, T: Any) -> dict[str, Any]:
    layout, folded, parts = model.layout(), model.folded(T, *model.kinds), parts_of(model.theory)
    result: dict[str, Any] = {}
    for component in model.beam.components:
        matrices = [slot_matrices(part.charges(), layout, component.antineutrino) for part in parts]
        for i, left in enumerate(parts):
            for j in range(i, len(parts)):
                name = left.kind if i == j else f"interference:{left.kind},{parts[j].kind}"
                both = 1.0 if i == j else 2.0
                part = both * contract(folded[component.label], matrices[i], matrices[j])
                result[name] = result.get(name, 0.0) + jnp.broadcast_to(part, jnp.shape(T))
    return result


def _integrals(model: Model, grid: RecoilGrid) -> dict[str, Any]:
    return {
        label: grid.weights @ spectrum for label, spectrum in model.spectra(grid.nodes, *model.kinds).items()
    }
