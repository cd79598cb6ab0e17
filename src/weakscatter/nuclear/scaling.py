"""Mass dependence of two-body elements: what a file says, what the user says, and that they do not contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weakscatter.nuclear.interaction import MassScaling
from weakscatter.provenance.errors import InputError

#: What a user may state: "none", {"reference": A0, "power": x}, or a `MassScaling`; None leaves it to the file.
Stated = MassScaling | Mapping[str, Any] | str | None


def stated_scaling(given: Stated) -> MassScaling | str | None:
    """Return a user's statement as a `MassScaling`, "none" or None.

    Raises
    ------
    InputError : anything else, and a power above zero: elements grow weaker with A, and OXBASH writes the exponent of
        (A0/A) where KSHELL writes that of (A/A0), so a positive one is the other convention.
    """
    if given is None or given == "none":
        return given  # type: ignore[return-value]
    if isinstance(given, str):
        raise InputError(
            f'mass_scaling = {given!r}. Write "none", or {{ reference = 18, power = -0.3 }} for elements times (A/18)^-0.3.'
        )
    if not isinstance(given, MassScaling):
        if set(given) != {"reference", "power"}:
            raise InputError(
                f"mass_scaling has the keys {', '.join(map(str, given)) or 'none'}; reference and power are wanted: "
                "{ reference = 18, power = -0.3 } for elements times (A/18)^-0.3."
            )
        numbers = []
        for name in ("reference", "power"):
            value = given[name]
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise InputError(f"mass_scaling.{name} = {value!r} is no number.")
            numbers.append(float(value))
        given = MassScaling(*numbers)
    if not 1.0 <= given.reference <= 400.0:
        raise InputError(
            f"mass_scaling.reference = {given.reference:g} is no mass number. Give one from 1 to 400."
        )
    if not -2.0 <= given.power <= 0.0:
        raise InputError(
            f"mass_scaling.power = {given.power:g}; it is the power of (A/reference), so from -2 to 0. The exponent of "
            "(reference/A), as OXBASH writes it, has the other sign."
        )
    return None if given is None else given


def agreed_scaling(
    user: Stated, in_file: MassScaling | str | None, where: str, hint: str = ""
) -> MassScaling | None:
    """Return the mass scaling to use.

    Parameters
    ----------
    user : what the user states.
    in_file : what the file states: a scaling, "none", or None where it leaves the question open.
    where : file and line, for messages.
    hint : what the file might mean, when it leaves the question open.

    Raises
    ------
    InputError : neither says anything, or the two differ.
    """
    said = stated_scaling(user)
    if in_file is None:
        if said is None:
            raise InputError(
                f"{where} does not say whether its two-body elements depend on the mass number.{hint} State it: "
                'mass_scaling = "none", or mass_scaling = { reference = 18, power = -0.3 } for elements times (A/18)^-0.3.'
            )
        return said if isinstance(said, MassScaling) else None
    if said is not None and not _equal(said, in_file):
        raise InputError(
            f"{where} states the mass scaling {_words(in_file)}, and {_words(said)} was asked for. Leave mass_scaling out, or "
            "change the file."
        )
    return in_file if isinstance(in_file, MassScaling) else None


def _equal(one: MassScaling | str, other: MassScaling | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    # 1/3 is printed with a few digits.
    return one.reference == other.reference and abs(one.power - other.power) < 1e-3


def _words(scaling: MassScaling | str) -> str:
    return "none" if isinstance(scaling, str) else f"(A/{scaling.reference:g})^{scaling.power:g}"
