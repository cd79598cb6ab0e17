"""Keys of [mixing], beside `schema.py`: the defaults are those of `weakscatter.mixing.Mixing`."""

from __future__ import annotations

from weakscatter.cards.key import Key

MIXING: dict[str, Key] = {
    **{
        f"sin2_theta_{pair}": Key(
            "number", f"sin^2 of the mixing angle {pair}", least=0.0, most=1.0, default=value
        )
        for pair, value in (("12", 0.308), ("13", 0.02215), ("23", 0.470))
    },
    "delta_cp": Key("quantity", "CP phase", "angle", default="212 deg"),
    "delta_m2_21": Key("quantity", "m_2^2 - m_1^2", "eV^2", least=0.0, default="7.49e-5 eV^2"),
    "delta_m2_31": Key(
        "quantity", "m_3^2 - m_1^2, negative for the inverted ordering", "eV^2", default="2.513e-3 eV^2"
    ),
    "majorana_21": Key("quantity", "Majorana phase alpha_21", "angle", default="0 deg"),
    "majorana_31": Key("quantity", "Majorana phase alpha_31", "angle", default="0 deg"),
    "nature": Key("word", "what neutrinos are", words=("dirac", "majorana"), default="dirac"),
}
