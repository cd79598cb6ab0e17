"""The sudden spectrum of a hole: which two-electron states the orbitals of the atom overlap when those of the ion are its own.

A hole is made at once; the other electrons, in orbitals b of the atom, find themselves in the field of the ion, whose occupied
orbitals are b'. For the electrons of one kappa and substate let O = <b'|b>, V_nb = <n|b> over virtual orbitals n of the ion and
T = V O^-1. Then, Slater determinants multiplied out,

    no one leaves             det O^2
    b' -> n, once             det O^2 T_nb'^2
    all                       det O^2 det(1 + T^t T) = 1      where n is complete

and the substates are independent: the spectrum of the atom is the convolution of theirs. The energy of b' -> n is eps_n - eps_b',
eps_b' of the ion and eps_n in one of two fields: that of the ion ("ion": n is one electron too many) or without an electron
of b' ("hole": the excited state). Strengths do not depend on that choice, their mean energy does: for exact states it is the
difference of the frozen and the relaxed threshold (R. Manne and T. Aberg, Chem. Phys. Lett. 7, 282 (1970), recalled).

A photoelectron that is not fast is no sudden change: `onset` takes exp(-(r E/v)^2) of each strength, r the mean radius of the shell
left, E the excitation energy, v the velocity of the photoelectron (the form of T. D. Thomas, Phys. Rev. Lett. 52, 417 (1984), recalled).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import eigh

from weakscatter.atomic.mean_field import MeanField

FIELDS = ("ion", "hole")


@dataclass(frozen=True)
class Substates:
    """Equal substates of one kappa: how many, det O^2, and per excitation shell left, energy (hartree) and det O^2 T^2.

    ``closure`` is what the probabilities of all excitations add up to, less one.
    """

    number: float
    stay: float
    shell: np.ndarray
    energy: np.ndarray
    strength: np.ndarray
    closure: float

    @property
    def double(self):
        """Probability that two electrons of one substate are excited."""
        return 1.0 - self.stay - self.strength.sum()


def virtuals(ion, kappa, without, occupied):
    """Return energies and vectors [n, state] orthogonal to the occupied orbitals, in the field without an electron of one shell."""
    found = ion.solution
    basis = found.system.bases[kappa]
    w = found.couplings.occupation.copy()
    if without is not None:
        w[without] -= 1.0
    field = MeanField(found.system, replace(found.couplings, occupation=w), found.orbitals)
    matrix = found.system.bare[kappa] + field.operators(kappa, [field.core_row(kappa)])[0]
    dual = basis.metric @ occupied
    # The complement of the occupied orbitals; they become eigenvectors far up, which are left out.
    matrix = matrix - dual @ (occupied.T @ matrix)
    matrix = matrix - (matrix @ occupied) @ dual.T
    far = 1e12
    scale = 1.0 / np.sqrt(np.diag(basis.metric))
    grid = np.outer(scale, scale)
    energy, vector = eigh((matrix + far * dual @ dual.T) * grid, basis.metric * grid)
    kept = energy < 0.5 * far
    assert np.sum(~kept) == occupied.shape[1]
    return energy[kept], (vector * scale[:, None])[:, kept]


def substates(atom, ion, *, field):
    """Return the `Substates` of every kappa; a shell of the ion that lacks electrons is missing in some of its substates."""
    own, found = atom.solution, []
    for kappa, basis in ion.solution.system.bases.items():
        members = [a for a, s in enumerate(ion.shells) if s.kappa == kappa]
        old = np.array([own.orbitals[a].vector for a in members]).T
        new = np.array([ion.solution.orbitals[a].vector for a in members]).T
        filled = [ion.occupation[a] / ion.shells[a].capacity for a in members]
        least = min(filled)
        virtual = {a: virtuals(ion, kappa, a if field == "hole" else None, new) for a in members}
        for number, there in (
            (least, np.ones(len(members), dtype=bool)),
            (1.0 - least, np.array(filled) == 1.0),
        ):
            if number == 0.0 or not there.any():
                continue
            x, y = old[:, there], new[:, there]
            overlap = y.T @ basis.metric @ x
            stay = np.linalg.det(overlap) ** 2
            shell, energy, strength = [], [], []
            for i, a in enumerate(np.array(members)[there]):
                e, v = virtual[a]
                t = (v.T @ basis.metric @ x) @ np.linalg.inv(overlap)
                shell.append(np.full(len(e), a))
                energy.append(e - ion.energies[a])
                strength.append(stay * t[:, i] ** 2)
            # Virtuals, and occupied orbitals of the ion that are empty in this substate.
            every = np.hstack([v, new[:, ~there]]).T @ basis.metric @ x @ np.linalg.inv(overlap)
            closure = stay * np.linalg.det(np.eye(x.shape[1]) + every.T @ every) - 1.0
            found.append(
                Substates(
                    number * 2 * abs(kappa),
                    stay,
                    *(np.concatenate(p) for p in (shell, energy, strength)),
                    closure,
                )
            )
    return found


def main_line(parts):
    """Return the probability that no electron is excited."""
    return float(np.prod([s.stay**s.number for s in parts]))


def mean_energy(parts):
    """Return the mean excitation energy (hartree) of independent substates, two electrons of one at the sum of two single excitations."""
    one = [(s.number * (s.strength @ s.energy), s.double / s.strength.sum()) for s in parts]
    return float(sum(moment * (1.0 + 2.0 * pairs) for moment, pairs in one))


def spectrum(parts, step, size):
    """Return the probabilities of excitation energies 0, step, ... (all substates together; they add up to 1)."""
    total = np.zeros(size, dtype=complex)
    for s in parts:
        one = np.zeros(size)
        place = np.clip(s.energy / step, 0.0, size / 2)
        low = place.astype(int)
        # Shared between two neighbours: the mean energy is kept.
        np.add.at(one, low, s.strength * (1.0 - (place - low)))
        np.add.at(one, low + 1, s.strength * (place - low))
        wave = np.fft.fft(one)
        pairs = wave**2 * s.double / s.strength.sum() ** 2
        total += s.number * np.log(s.stay + wave + pairs)
    return np.fft.ifft(np.exp(total)).real


def shaken(probability, excitation, cross_section, photon, *, power=0.0):
    """Return sum_E S(E) (w/(w - E))^power sigma(w - E) [photon] of a cross section given as a function.

    Matrix elements belong to the photoelectron; the factor w of the length form (power 1) or 1/w of the velocity form (-1) to the
    photon. The sum rule of sigma holds with power 0 alone.
    """
    out = np.zeros(len(photon))
    for energy, share in zip(excitation, probability, strict=True):
        w = np.maximum(photon - energy, 1e-9)
        out += share * (photon / w) ** power * cross_section(w)
    return out


def onset(parts, radius, cross_section, photon, threshold):
    """Return the same [photon] for single excitations that set in with the velocity of the photoelectron; what they lack stays in the main line.

    radius [shell] in Bohr radii, photon and threshold in hartree.
    """
    energy = np.concatenate([s.energy for s in parts])
    r = np.concatenate([radius[s.shell] for s in parts])
    strength = np.concatenate([s.number * s.strength for s in parts])
    strength *= (1.0 - main_line(parts)) / strength.sum()
    kept = energy < photon.max() - threshold
    energy, r, strength = energy[kept], r[kept], strength[kept]
    kinetic = photon[:, None] - threshold - energy
    fast = np.maximum(kinetic, 1e-9)
    share = np.where(kinetic > 0.0, strength * np.exp(-((r * energy) ** 2) / (2.0 * fast)), 0.0)
    moved = np.array([cross_section(w - energy) for w in photon])
    return (1.0 - share.sum(axis=1)) * cross_section(photon) + (share * moved).sum(axis=1)
