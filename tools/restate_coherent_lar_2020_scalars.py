"""Scalars of the COHERENT liquid-argon release and of its analyses, and the two TOML texts that keep them.

Kept beside ``restate_coherent_lar_2020.py``, which writes the texts; entries as in the CsI 2021 release.
"""

from release_files import entry, source_text

_RELEASE = "DOI 10.5281/zenodo.3903810, LArParametersAnlA.yaml"
_SPECTRUM = "DOI 10.5281/zenodo.3903810, energydata1d.txt"
_PAPER = "COHERENT, arXiv:2003.10630"
_ANALYSES = "Cadeddu et al., arXiv:2008.05022"

# name, value, unit, knowledge, source, note
_ENTRIES = (
    ("mass", 24.4, "kg", "verified", _RELEASE, "fiducial mass of CENNS-10"),
    ("mass_error", 0.61, "kg", "verified", _RELEASE, "one standard deviation"),
    ("distance", 27.5, "m", "verified", _RELEASE, "from the target"),
    ("exposure", 6.12, "GWh", "verified", _RELEASE, "beam energy on target; the same as protons"),
    ("protons", 1.38e23, "", "verified", _RELEASE, "on target"),
    ("neutrino_yield", 0.09, "", "verified", _RELEASE, "per flavour (nu_mu, nu_e, nubar_mu) and proton"),
    ("neutrino_yield_relative_error", 0.10, "", "verified", _RELEASE, "one standard deviation, relative: 0.009"),
    ("quenching", [0.246, 0.00078], ["", "1/keV"], "verified", _RELEASE, "E_ee/T = a + b T, T recoil energy"),
    ("quenching_error", [0.006, 0.00009], ["", "1/keV"], "verified", _RELEASE,
     "of a and b; their correlation is not stated, they are taken as independent"),
    ("resolution", 0.58, "keV^(1/2)", "verified", _RELEASE, "sigma/E = resolution/sqrt(E), E electron-equivalent"),
    ("pulse_mean", 440.0, "ns", "verified", _RELEASE, "Gaussian proton pulse on the time axis of the data"),
    ("pulse_mean_error", 200.0, "ns", "verified", _RELEASE, "one standard deviation"),
    ("pulse_width", 150.0, "ns", "verified", _RELEASE, "standard deviation of the pulse"),
    ("predicted_cevns", 128.0, "", "verified", _RELEASE, "the collaboration's prediction, for comparison only"),
    ("predicted_brn", 497.0, "", "verified", _RELEASE, "prompt beam-related neutrons"),
    ("predicted_brn_error", 160.0, "", "verified", _RELEASE, "one standard deviation"),
    ("predicted_brn_delayed", 33.0, "", "verified", _RELEASE, "delayed beam-related neutrons"),
    ("predicted_brn_delayed_error", 33.0, "", "verified", _RELEASE, "one standard deviation"),
    ("predicted_steady_state", 3154.0, "", "verified", _RELEASE, "its released shape sums to 3152.0"),
    ("predicted_steady_state_error", 25.0, "", "verified", _RELEASE, "one standard deviation"),
    ("prior_form_factor", 0.02, "", "recalled", _PAPER, "relative, one standard deviation: form factor, effect on counts"),
    ("prior_psd", 0.078, "", "recalled", _PAPER,
     "relative, one standard deviation: F90 acceptance of nuclear recoils, effect on counts"),
    ("prior_signal", 0.134, "", "verified", _ANALYSES,
     "relative, one standard deviation: one lump for everything that scales the signal; 17/128 in the release"),
    ("subtracted_steady_state", 3131.75, "", "verified", _SPECTRUM,
     "all events less the sum of the released energy spectrum, which has the steady state of the fit taken away"),
    ("steady_state_ratio", 5.0, "", "verified", _SPECTRUM,
     "exposure of the steady-state measurement over that of the data: squared errors are events + steady state/5"),
    ("brn_shape_error", 0.017, "", "verified", _ANALYSES,
     "relative, uncorrelated error of each bin of the beam-related neutrons' energies in least squares"),
    ("energy_edges", [10.0 * k for k in range(13)], "keV", "verified", _RELEASE, "electron-equivalent"),
    ("f90_edges", [round(0.5 + 0.05 * k, 2) for k in range(9)], "", "verified", _RELEASE, "share of prompt light"),
    ("time_edges", [round(-0.1 + 0.5 * k, 1) for k in range(11)], "us", "verified", _RELEASE,
     "from the centres 0.15, 0.65, ...; the axis of the proton pulse"),
)  # fmt: skip


def release_toml() -> str:
    """Return release.toml: detector, quenching, pulse, predictions, priors and bin edges."""
    title = "# Scalars of COHERENT LAr 2020. Written by tools/restate_coherent_lar_2020.py, never by hand.\n"
    return title + "\n" + "\n".join(entry(*row) for row in _ENTRIES)


def source_toml(derived: dict[str, str], release: dict[str, str]) -> str:
    """Return SOURCE.toml: origin, units, checksums of the derived tables and of their release."""
    fields = {
        "title": "First Measurement of Coherent Elastic Neutrino-Nucleus Scattering on Argon, data release",
        "authors": "D. Akimov et al. (COHERENT Collaboration)",
        "citation": "coherent2020data",
        "arxiv": "2006.12659",
        "doi": "10.5281/zenodo.3903810",
        "url": "doi:10.5281/zenodo.3903810",
        "figure": "analysis A",
        "date": "2020",
        "licence": "open access, licence to be confirmed",
        "official": True,
        "status": "numbers of the official files; every file has the MD5 of the official list",
        "units": "in the header of each column; energies are electron-equivalent, recoil is the nuclear recoil "
        "energy that corresponds to it; counts per bin of 10 keV x 0.05 x 0.5 us",
        "uncertainties": "data: none (counts); variations are one standard deviation; the others in release.toml",
        "script": "tools/restate_coherent_lar_2020.py",
        "checked_by": "tests/test_experiments_coherent_lar_2020.py (sums, published fit); no second person yet",
    }
    return source_text("tools/restate_coherent_lar_2020.py", fields, derived, release)
