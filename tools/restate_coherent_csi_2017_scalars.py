"""Scalars of the COHERENT CsI 2017 release and of its analyses, and the two TOML texts that keep them.

Kept beside ``restate_coherent_csi_2017.py``, which writes the texts. Every entry of release.toml has
``value``, ``unit`` (one text, or one per element of a list), ``knowledge`` ("verified": seen in the release
or in a source; "recalled": to be compared with the paper by a person), ``source``, maybe ``note``.
"""

from math import sqrt
from typing import Any

from release_files import entry, source_text

_PAPER = "COHERENT, arXiv:1708.01294"
_RELEASE = "data release, arXiv:1804.09459"
_CITED = "coherent_parameters.yaml of arXiv:1804.09459, as cited by analyses"
_TURIN = "Cadeddu et al., arXiv:1710.02730, arXiv:2008.05022"
_CSI_2021 = "COHERENT, arXiv:2110.07730"

#: Prediction and error of the paper; the form factor's share that is kept as a pull of its own.
_PREDICTED, _PREDICTED_ERROR, _FORM_FACTOR = 173.0, 48.0, 0.034

# name, value, unit, knowledge, source, note
_DETECTOR = (
    ("mass", 14.6, "kg", "verified", _CITED, "CsI[Na] crystal"),
    ("distance", 19.3, "m", "verified", _CITED, "fluence per flavour = yield protons/(4 pi L^2)"),
    ("exposure", 7.47594, "GWh", "verified", _CITED, "beam energy on target; prompt neutrons count by it"),
    (
        "protons",
        1.76e23,
        "",
        "verified",
        _TURIN,
        "on target; 955 MeV of the exposure for each. With 983 MeV, as in CsI 2021, it would be 1.71e23",
    ),
    ("neutrino_yield", 0.08, "", "verified", _CITED, "per flavour (nu_mu, nu_e, nubar_mu) and proton"),
    ("light_yield", 13.348, "PE/keV", "verified", _CITED, "per electron-equivalent energy"),
    ("quenching", 0.0878, "", "verified", _CITED, "E_ee = quenching T, the same at all energies"),
    ("quenching_error", 0.0166, "", "verified", _CITED, "one standard deviation"),
    (
        "acceptance",
        [0.6655, 0.4942, 10.8507],
        ["", "1/PE", "PE"],
        "verified",
        _CITED,
        "a/(1 + exp(-k (x - x0))) times the step, x at the centre of a 1-PE bin",
    ),
    ("acceptance_step_edges", [5.0, 6.0], "PE", "verified", _CITED, "zero below the first"),
    ("acceptance_step_values", [0.5, 1.0], "", "verified", _CITED, "from each edge on"),
)


def _fitted(fits: Any) -> list[tuple[Any, ...]]:
    pulse = (
        f"fit of Gaussian * pion decay (* muon decay) to the arrival times of the neutrinos in the {_RELEASE}"
    )
    fall = f"maximum likelihood, anti-coincident counts of 6-30 PE and 0-12 us in the {_RELEASE}"
    worst = f"mean of the proton pulse on the time axis of the data; largest residual {fits.residual:.1e}"
    return [
        ("pulse_mean", round(fits.mean, 4), "us", "verified", pulse, worst),
        ("pulse_width", round(fits.width, 4), "us", "verified", pulse, "standard deviation"),
        ("steady_state_rate", round(fits.rate, 4), "1/us", "verified", fall, "falls as exp(-rate t)"),
        (
            "steady_state_rate_error",
            round(fits.rate_error, 4),
            "1/us",
            "verified",
            fall,
            "one standard deviation",
        ),
    ]


def _priors(events: int) -> list[tuple[Any, ...]]:
    lump = sqrt((_PREDICTED_ERROR / _PREDICTED) ** 2 - _FORM_FACTOR**2)
    rows = (
        ("prior_flux", 0.10, "verified", _CITED, "neutrino yield of the target"),
        (
            "prior_form_factor",
            _FORM_FACTOR,
            "recalled",
            _CSI_2021,
            "effect on the signal counts, as in CsI 2021: one pull for both. This paper has 5 %",
        ),
        ("prior_quenching", 0.189, "verified", _CITED, "the factor itself: 0.0166/0.0878"),
        ("prior_acceptance", 0.05, "recalled", _PAPER, "effect of the acceptance on the signal counts"),
        ("prior_brn", 0.25, "verified", _TURIN, "prompt neutrons"),
        (
            "prior_steady_state",
            round(1 / sqrt(events), 4),
            "verified",
            f"counts of the {_RELEASE}",
            f"1/sqrt({events}), the anti-coincident counts of the window",
        ),
        (
            "prior_signal_free_radius",
            round(lump, 3),
            "verified",
            _PAPER,
            "flux, quenching and acceptance in one: the error of 173 +- 48 without the pull of the form factor",
        ),
    )
    return [
        (name, value, "", *rest, f"relative, one standard deviation: {note}")
        for name, value, *rest, note in rows
    ]


def release_toml(fits: Any, events: int, energy_edges: tuple[float, ...], time_edges: Any) -> str:
    """Return release.toml: detector, fitted shapes, priors and bin edges."""
    title = "# Scalars of COHERENT CsI 2017. Written by tools/restate_coherent_csi_2017.py, never by hand.\n"
    window = "the window of the paper in bins of the release; a lower edge belongs to its bin"
    edges = [
        ("energy_edges", list(energy_edges), "PE", "verified", _RELEASE, window),
        ("time_edges", list(time_edges), "us", "verified", _RELEASE, window),
    ]
    entries = [*_DETECTOR, *_fitted(fits), *_priors(events), *edges]
    return title + "\n" + "\n".join(entry(*row) for row in entries)


def source_toml(derived: dict[str, str], release: dict[str, str]) -> str:
    """Return SOURCE.toml: origin, units, checksums of the derived tables and of their release."""
    fields = {
        "title": "COHERENT Collaboration data release from the first observation of coherent elastic "
        "neutrino-nucleus scattering",
        "authors": "D. Akimov et al. (COHERENT Collaboration)",
        "citation": ["coherent2017", "coherent2017data"],
        "arxiv": "1804.09459",
        "doi": "10.5281/zenodo.1228631",
        "url": "arXiv:1804.09459",
        "figure": "data release",
        "date": "2018",
        "licence": "open access on Zenodo, CC BY 4.0 to be confirmed",
        "official": True,
        "status": "numbers of the official release, taken from a public mirror (athompson-tamu/pyCEvNS, commit "
        "ead392a) without its header lines; not yet compared with Zenodo's own copy. Its parameter file was not "
        "there: those scalars are as cited",
        "units": "in the header of each column; photoelectrons (PE) count as numbers; counts.csv holds counts per bin "
        "of 2 PE and 0.5 us, arrival_times.csv probabilities per 0.5 us, prompt_neutrons.csv counts per GWh and PE "
        "before the acceptance",
        "uncertainties": "counts: none; arrival times and neutrons: none stated; the others in release.toml",
        "script": "tools/restate_coherent_csi_2017.py",
        "checked_by": "tests/test_data_coherent_csi_2017.py (window counts, normalisations); no second person yet",
    }
    return source_text("tools/restate_coherent_csi_2017.py", fields, derived, release)
