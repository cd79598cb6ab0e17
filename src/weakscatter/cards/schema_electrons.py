"""Keys of [response] where the electrons of the target scatter."""

from weakscatter.cards.key import Key

#: Words of `electrons`; those that may also be put beside another one, for comparison.
ELECTRON_WORDS = ("free", "stepping", "epa", "lpa", "table", "ab-initio", "hydrogenic")
COMPARED = ("free", "stepping", "epa", "lpa")

ELECTRONS: dict[str, Key] = {
    "electrons": Key(
        "word", "how the electrons are bound: free, or shell by shell (stepping); equivalent (epa) or longitudinal (lpa) photons; "
        "a table of response components, one's own or that of the package (ab-initio); a hydrogen-like atom", words=ELECTRON_WORDS, default="stepping",
    ),
    "compare": Key("names", f"cross sections beside it, any of {', '.join(COMPARED)}", default=[]),
    "edges": Key(
        "text",
        "binding energies: 'measured', 'ab-initio', 'hartree-fock', or a CSV table of subshells",
        default="measured",
    ),
    "photoabsorption": Key(
        "text", "cross section of equivalent photons: the name of a table (`weakscatter list photoabsorption-tables`), a CSV file, "
        "or 'hydrogenic'", otherwise="hydrogenic for a hydrogen-like atom, else required",
    ),
    "file": Key(
        "file", "table of response components, HDF5 or CSV", otherwise="required by 'table'; the ab initio table for 'lpa'"
    ),
    "below": Key("word", "energies below the table in the file", words=("error", "zero"), default="error"),
    "beyond": Key("word", "momenta above the table in the file", words=("error", "zero"), default="error"),
    "above": Key(
        "word", "energies above an ab initio table: free electrons shell by shell, or an error", words=("stepping", "error"),
        default="stepping",
    ),
    "correlation": Key(
        "word", "ab initio tables at low energies: joined to the one with correlation where there is one, or one electron at a time "
        "everywhere", words=("joined", "none"), default="joined",
    ),
    "infrared_neutrino_mass": Key(
        "quantity", "neutrino mass that ends the photon pole of a charge", "energy", above=0.0, otherwise="none; required by charges",
    ),
    "infrared_q2_min": Key(
        "quantity", "smallest Q^2 instead of a neutrino mass", "MeV^2", above=0.0, otherwise="none",
    ),
}  # fmt: skip
