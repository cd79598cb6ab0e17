"""How vectors are laid out and cut into pieces of work."""

PAD = 8
"""Rows of vectors and strips are padded with zeros to a multiple of this many elements."""

BATCH = 32
"""Rows that a sparse product from the right turns into columns at a time."""

CHUNK = 160
"""Spectators of the columns that are packed at a time."""

ROWS, COLUMNS, MIXED = 0, 1, 2
"""Kinds of pieces: the part of the row species, that of the column species, the proton-neutron part."""
