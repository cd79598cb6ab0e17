"""Hartree units of the atomic wing (m_e = e = hbar = 1) and the door to the natural units of the library.

Lengths in Bohr radii, energies in hartree, c = 1/alpha. Multiply by a name of `weakscatter.units` to leave.
"""

from __future__ import annotations

from weakscatter import constants, units

#: Speed of light in hartree units.
C = 1.0 / constants.alpha

#: One electronvolt in hartree, one fermi and one inverse MeV in Bohr radii, one megabarn in squared Bohr radii.
EV = units.eV / units.hartree
FM = units.fm / units.a0
MB = units.Mb / units.a0**2
