"""The compiled inner loops of the solver, by `weakscatter.nuclear.native` only.

Kernels allocate nothing, raise nothing and call nothing but each other: work space and results are arguments. That is
what lets their machine code be kept and run without Numba.
"""
