"""Ground-state spins of nuclides, and the spin carried by their protons and neutrons.

Spins of the stable and long-lived odd nuclides from the table of nuclear moments of Stone (2005); even-even
nuclides have J = 0. A nuclide that is not listed has an unknown spin (None), never zero.
"""

from dataclasses import dataclass

_SPINS = """
H1 1/2  H2 1  He3 1/2  Li6 1  Li7 3/2  Be9 3/2  B10 3  B11 3/2  C13 1/2  N14 1  N15 1/2  O17 5/2  F19 1/2
Ne21 3/2  Na23 3/2  Mg25 5/2  Al27 5/2  Si29 1/2  P31 1/2  S33 3/2  Cl35 3/2  Cl37 3/2  K39 3/2  K40 4  K41 3/2
Ca43 7/2  Sc45 7/2  Ti47 5/2  Ti49 7/2  V50 6  V51 7/2  Cr53 3/2  Mn55 5/2  Fe57 1/2  Co59 7/2  Ni61 3/2
Cu63 3/2  Cu65 3/2  Zn67 5/2  Ga69 3/2  Ga71 3/2  Ge73 9/2  As75 3/2  Se77 1/2  Br79 3/2  Br81 3/2  Kr83 9/2
Rb85 5/2  Rb87 3/2  Sr87 9/2  Y89 1/2  Zr91 5/2  Nb93 9/2  Mo95 5/2  Mo97 5/2  Ru99 5/2  Ru101 5/2  Rh103 1/2
Pd105 5/2  Ag107 1/2  Ag109 1/2  Cd111 1/2  Cd113 1/2  In113 9/2  In115 9/2  Sn115 1/2  Sn117 1/2  Sn119 1/2
Sb121 5/2  Sb123 7/2  Te123 1/2  Te125 1/2  I127 5/2  Xe129 1/2  Xe131 3/2  Cs133 7/2  Ba135 3/2  Ba137 3/2
La138 5  La139 7/2  Pr141 5/2  Nd143 7/2  Nd145 7/2  Sm147 7/2  Sm149 7/2  Eu151 5/2  Eu153 5/2  Gd155 3/2
Gd157 3/2  Tb159 3/2  Dy161 5/2  Dy163 5/2  Ho165 7/2  Er167 7/2  Tm169 1/2  Yb171 1/2  Yb173 5/2  Lu175 7/2
Lu176 7  Hf177 7/2  Hf179 9/2  Ta181 7/2  W183 1/2  Re185 5/2  Re187 5/2  Os187 1/2  Os189 3/2  Ir191 3/2
Ir193 3/2  Pt195 1/2  Au197 3/2  Hg199 1/2  Hg201 3/2  Tl203 1/2  Tl205 1/2  Pb207 1/2  Bi209 9/2
"""


def _half_integer(text: str) -> float:
    above, _, below = text.partition("/")
    return int(above) / int(below or "1")


_words = _SPINS.split()
_TABLE: dict[str, float] = {n: _half_integer(j) for n, j in zip(_words[::2], _words[1::2], strict=True)}


def ground_state_spin(symbol: str, Z: int, A: int) -> float | None:
    """Return the ground-state spin J of a nuclide, None where this table does not know it.

    >>> ground_state_spin("Cs", 55, 133), ground_state_spin("Ar", 18, 40), ground_state_spin("Ar", 18, 39)
    (3.5, 0.0, None)
    """
    if Z % 2 == 0 and (A - Z) % 2 == 0:
        return 0.0
    return _TABLE.get(f"{symbol}{A}")


@dataclass(frozen=True)
class SpinExpectation:
    """Expectation values <S_p>, <S_n> of the total proton and neutron spin in the state |J, M = J>.

    One-body shell-model values at zero momentum transfer; ``knowledge`` is "recalled" where the number was written
    from memory of the cited table and still has to be compared with it.
    """

    proton: float
    neutron: float
    source: str
    knowledge: str

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""
        return (self.source,)


def _klos(proton: float, neutron: float) -> SpinExpectation:
    return SpinExpectation(proton, neutron, "klos2013", "recalled")


SPIN_EXPECTATIONS: dict[str, SpinExpectation] = {
    "F19": _klos(0.478, -0.002),
    "Na23": _klos(0.224, 0.024),
    "Al27": _klos(0.326, 0.038),
    "Si29": _klos(0.016, 0.156),
    "Ge73": _klos(0.031, 0.439),
    "I127": _klos(0.342, 0.031),
    "Xe129": _klos(0.010, 0.329),
    "Xe131": _klos(-0.009, -0.272),
}
"""<S_p>, <S_n> by nuclide. The sum of orbital and spin parts is J; no value here exceeds its J."""
