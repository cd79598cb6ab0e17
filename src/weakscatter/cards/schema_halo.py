"""Keys of cards in which slow dark matter of a halo ionises atoms."""

from weakscatter.cards.key import Key

#: [source] kind = "halo".
HALO: dict[str, Key] = {
    "density": Key("quantity", "local mass density", "GeV/cm^3", above=0.0, default="0.3 GeV/cm^3"),
    "v0": Key("quantity", "most probable speed in the Galaxy, sqrt(2/3) of the rms one", "km/s", above=0.0, default="238 km/s"),
    "v_earth": Key("quantity", "speed of the Earth against the halo", "km/s", above=0.0, otherwise="252 km/s, the mean of a year; not beside date"),
    "v_escape": Key("quantity", "escape speed in the Galaxy", "km/s", above=0.0, default="544 km/s"),
    "date": Key("text", "a day, '2026-06-02': the speed of the Earth then, the disc rotating with v0"),
    "file": Key(
        "file", "a halo of one's own in place of v0, v_earth, v_escape: CSV with speed (km/s) at the Earth and distribution (s/km), integral one"
    ),
    "flux_file": Key(
        "file", "any other spectrum of slow particles in place of a halo: CSV with kinetic_energy (eV) and flux (1/(cm^2 s eV))"
    ),
}  # fmt: skip

DARK_MATTER: dict[str, Key] = {
    "mass": Key("quantity", "mass of the particle", "energy", above=0.0, required=True),
    "sigma_electron": Key("quantity", "cross section on a free electron at the momentum alpha m_e", "cm^2", above=0.0),
    "mediator": Key("mediator", "heavy (F_DM = 1), light ((alpha m_e/q)^2), or the mass of the mediator", otherwise="heavy, beside sigma_electron"),
    "spin_dependent": Key("switch", "sigma_electron by the product of spins instead of densities", default=False),
    "c1": Key("couplings", "in place of sigma_electron: contact, densities, { e = ..., p = ..., n = ... }", "1/MeV^2"),
    "c4": Key("couplings", "contact, spins", "1/MeV^2"),
    "d1": Key("couplings", "long range, densities: divided by q^2"),
    "d4": Key("couplings", "long range, spins"),
    "spin": Key("number", "spin of the particle, for c4 and d4", least=0.0, default=0.5),
}  # fmt: skip

#: [response] of an ionised atom.
RESPONSE: dict[str, Key] = {
    "electrons": Key(
        "ionised", "'ab-initio', the tables of the package, or { files = { '5p' = 'FILE', ... } }, published |f(k, q)|^2: CSV with "
        "electron_energy (eV), momentum (keV), form_factor_squared (1)", default="ab-initio",
    ),
    "binding": Key(
        "word", "binding energies of 'ab-initio': those of its table, or measured edges at the responses of the same electron energy",
        words=("table", "measured"), otherwise="table",
    ),
    "shells": Key("names", "some of the shells, '5p' standing for both partners", otherwise="all of the table"),
}  # fmt: skip
#: Inside electrons = { ... }.
FILES: dict[str, Key] = {
    "files": Key("table of files", "{ shell = file }", required=True),
    "binding": Key("by nuclide", "{ shell = binding energy } that the publication used", "energy", above=0.0, otherwise="measured edges, partners averaged"),
    "beyond": Key("word", "momenta above a table", words=("error", "zero"), default="error"),
}  # fmt: skip

OUTPUT: dict[str, Key] = {
    "electron_energy": Key(
        "grid", "energies of the electron that leaves", "energy", above=0.0, otherwise="60 points, log, 1 eV to what the fastest particle can give",
    ),
}  # fmt: skip

RESULTS: dict[str, str] = {
    "electron_energy": "eV",
    "binding_energy": "eV",
    "energy_transfer_max": "eV",
    "dR_dlnE": "1/(kg d)",
    "dR_dlnE_total": "1/(kg d)",
}
