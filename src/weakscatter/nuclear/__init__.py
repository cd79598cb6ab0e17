"""Ab initio nuclear structure: shell-model spectra, densities and strengths from an interaction file.

The wing solves the m-scheme shell model in a space of proton and neutron orbits outside a closed core (Caurier et
al., Rev. Mod. Phys. 77 (2005) 427). It ends in tables that `weakscatter.response` keeps; nothing above imports it
except `cards` and `cli` for their own tasks. Energies in MeV.
"""
