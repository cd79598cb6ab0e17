"""Scalars of the COHERENT CsI 2021 release and of its analyses, and the two TOML texts that keep them.

Kept beside ``restate_coherent_csi_2021.py``, which writes the texts. Every entry of release.toml has
``value``, ``unit`` (one text, or one per element of a list), ``knowledge`` ("verified": seen in the release
or in a source; "recalled": to be compared with the paper by a person), ``source``, maybe ``note``.
"""

from typing import Any

from release_files import entry, source_text

_PAPER = "COHERENT, arXiv:2110.07730"
_RELEASE = "arXiv:2110.07730, ancillary files"
_ANALYSES = "analysis codes of arXiv:2110.07730 data"
_ATZORI = "Atzori Corona et al., arXiv:2205.09484, arXiv:2303.09360"

_FLUX_ERROR = 0.10

# name, value, unit, knowledge, source, note
_DETECTOR = (
    ("mass", 14.6, "kg", "verified", _PAPER, "CsI[Na] crystal"),
    (
        "distance",
        19.3,
        "m",
        "verified",
        _PAPER,
        "from the target; fluence per flavour = yield protons/(4 pi L^2)",
    ),
    ("exposure", 13.99, "GWh", "verified", _PAPER, "beam energy on target; the same as protons"),
    ("protons", 3.198e23, "", "verified", _PAPER, "on target, 13.99 GWh"),
    ("neutrino_yield", 0.0848, "", "recalled", _PAPER, "per flavour (nu_mu, nu_e, nubar_mu) and proton"),
    (
        "neutrino_yield_relative_error",
        _FLUX_ERROR,
        "",
        "recalled",
        _PAPER,
        "one standard deviation, relative",
    ),
    ("light_yield", 13.35, "PE/keV", "verified", _ANALYSES, "per electron-equivalent energy; 1/smearing_a"),
    (
        "smearing_a",
        0.0749,
        "keV",
        "verified",
        _ANALYSES,
        "a = smearing_a/E_ee; p(x|E_ee) = [a(1+b)]^(1+b)/Gamma(1+b) x^b exp(-a(1+b)x), x in PE, mean 1/a",
    ),
    ("smearing_b", 9.56, "1/keV", "verified", _ANALYSES, "b = smearing_b E_ee"),
    ("time_efficiency_start", 0.52, "us", "verified", _ANALYSES, "efficiency 1 before"),
    (
        "time_efficiency_rate",
        0.0494,
        "1/us",
        "verified",
        _ANALYSES,
        "exp(-rate (t - start)) after; the steady-state background falls with the same rate from t = 0",
    ),
)

_PRIORS = (
    ("prior_brn", 0.25, "verified", _ANALYSES, "beam-related neutrons, 18.4 events"),
    (
        "prior_nin",
        0.35,
        "recalled",
        _PAPER,
        "neutrino-induced neutrons, 5.6 events; one analysis code uses 0.36",
    ),
    (
        "prior_steady_state",
        0.021,
        "verified",
        _ANALYSES,
        "steady-state background",
    ),
    ("prior_flux", _FLUX_ERROR, "recalled", _PAPER, "neutrino yield of the target"),
    ("prior_quenching", 0.038, "recalled", _PAPER, "effect of quenching on the signal counts"),
    ("prior_efficiency", 0.041, "recalled", _PAPER, "effect of the efficiency on the signal counts"),
    ("prior_form_factor", 0.034, "recalled", _PAPER, "effect of the form factor on the signal counts"),
    ("prior_signal", 0.12, "recalled", _ATZORI, "one lump for flux, quenching, efficiency and form factor"),
    (
        "prior_signal_free_radius",
        0.115,
        "recalled",
        _ATZORI,
        "the lump without form factor, for fits of radii",
    ),
)

# name, file, row in the file, note
_CURVES = (
    (
        "quenching",
        "scintRespCoefficients.txt",
        0,
        "E_ee = sum_k c_k T^k, k = 1 to 4, T recoil energy; nominal",
    ),
    ("quenching_0_plus", "scintRespCoefficients.txt", 1, "variation 0, +1 standard deviation"),
    ("quenching_0_minus", "scintRespCoefficients.txt", 2, "variation 0, -1 standard deviation"),
    ("quenching_1_plus", "scintRespCoefficients.txt", 3, "variation 1, +1 standard deviation"),
    ("quenching_1_minus", "scintRespCoefficients.txt", 4, "variation 1, -1 standard deviation"),
    (
        "efficiency",
        "effCoefficients.txt",
        0,
        "a/(1 + exp(-b (x - c))) + d, x reconstructed PE, zero where negative",
    ),
    (
        "efficiency_plus",
        "effCoefficients.txt",
        1,
        "+1 standard deviation: midpoint 9.85 PE, accepts more. The release labels both variations +1 sigma",
    ),
    (
        "efficiency_minus",
        "effCoefficients.txt",
        2,
        "-1 standard deviation: midpoint 11.88 PE, accepts less. The release labels both variations +1 sigma",
    ),
)
_CURVE_UNITS = {
    "scintRespCoefficients.txt": ["", "1/MeV", "1/MeV^2", "1/MeV^3"],
    "effCoefficients.txt": ["", "1/PE", "PE", ""],
}


def _normalisations(release: dict[str, Any]) -> list[tuple[str, Any, Any, str, str, str]]:
    rows: list[tuple[str, Any, Any, str, str, str]] = []
    for name in ("brn", "nin"):
        total, density = release[f"{name}Trec.txt"][:, 1].sum(), release[f"{name}PE.txt"][:, 1].sum()
        note = "counts below 60 PE before the time efficiency: sum of the times / sum of the energy density"
        rows.append((f"{name}_counts", round(float(total / density), 4), "", "verified", _RELEASE, note))
    return rows


def _pulse_rows(pulse: Any) -> list[tuple[str, Any, Any, str, str, str]]:
    source = f"fit of Gaussian * pion decay * muon decay to ninTrec of {_RELEASE}"
    mean = (
        "proton pulse on the time axis of the data, least squares; neutrino-induced neutrons carry the time "
        f"of the neutrinos; largest residual {100 * pulse.residual:.1f} % of the peak"
    )
    other = "change when the cells are weighted by 1/counts: the pulse is not exactly Gaussian"
    delay = "how much later the pulse stands in brnTrec (Gaussian * pion decay): slow neutrons, not neutrinos"
    values = (
        ("pulse_mean", pulse.mean, 3, source, mean),
        ("pulse_width", pulse.width, 3, source, "standard deviation of the same fit"),
        ("pulse_mean_change", pulse.mean_change, 3, source, other),
        ("pulse_width_change", pulse.width_change, 3, source, other),
        ("neutron_delay", pulse.neutron_delay, 3, f"fits to brnTrec and ninTrec of {_RELEASE}", delay),
    )
    return [
        (name, round(float(v), digits), "us", "verified", where, note)
        for name, v, digits, where, note in values
    ]


def release_toml(
    release: dict[str, Any], pulse: Any, energy_edges: tuple[float, ...], time_edges: Any
) -> str:
    """Return release.toml: detector, curves, background counts, pulse, priors and bin edges."""
    title = "# Scalars of COHERENT CsI 2021. Written by tools/restate_coherent_csi_2021.py, never by hand.\n"
    curves = [
        (
            name,
            [float(c) for c in release[file][row]],
            _CURVE_UNITS[file],
            "verified",
            f"{file} of {_RELEASE}",
            note,
        )
        for name, file, row, note in _CURVES
    ]
    priors = [(name, value, "", *rest) for name, value, *rest in _PRIORS]
    priors = [(*row[:5], f"relative, one standard deviation: {row[5]}") for row in priors]
    edges = [
        (
            "energy_edges",
            list(energy_edges),
            "PE",
            "recalled",
            _ATZORI,
            "bins of the two-dimensional analysis; a lower edge belongs to its bin",
        ),
        (
            "time_edges",
            list(time_edges),
            "us",
            "recalled",
            _ATZORI,
            "bins of the two-dimensional analysis; a lower edge belongs to its bin",
        ),
    ]
    entries = [*_DETECTOR, *curves, *_normalisations(release), *_pulse_rows(pulse), *priors, *edges]
    return title + "\n" + "\n".join(entry(*row) for row in entries)


def source_toml(derived: dict[str, str], release: dict[str, str]) -> str:
    """Return SOURCE.toml: origin, units, checksums of the derived tables and of their release."""
    fields = {
        "title": "Measurement of the Coherent Elastic Neutrino-Nucleus Scattering Cross Section on CsI "
        "by COHERENT",
        "authors": "D. Akimov et al. (COHERENT Collaboration)",
        "citation": "coherent2021",
        "arxiv": "2110.07730",
        "doi": "10.1103/PhysRevLett.129.081801",
        "url": "arXiv:2110.07730",
        "figure": "ancillary files, version 2",
        "date": "2022",
        "licence": "arXiv ancillary, licence to be confirmed",
        "official": True,
        "status": "numbers of the official ancillary files, taken from a public mirror "
        "(philippeller/Newtrinos.jl, commit 653141b); not yet compared with arXiv's own copy",
        "units": "in the header of each column; photoelectrons (PE) count as numbers; background_times.csv "
        "holds counts per 10 ns cell, backgrounds.csv density per PE normalised to 1 below 60 PE",
        "uncertainties": "events: none (counts); neutron shapes: none stated; the others in release.toml",
        "script": "tools/restate_coherent_csi_2021.py",
        "checked_by": "tests/test_data_coherent_csi_2021.py (event totals, window counts, normalisations); "
        "no second person yet",
    }
    return source_text("tools/restate_coherent_csi_2021.py", fields, derived, release)
