"""Natural units: exact SI conversions, dimensions, and messages for what cannot be read."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakscatter import units
from weakscatter.units import UnitError, dimension_of, factor, parse, to


def test_hbar_c_from_the_exact_si_values():
    # SI brochure: hbar c = h c / (2 pi e) = 197.3269804... MeV fm
    assert units.hbar_c == pytest.approx(197.3269804593025, rel=1e-14, abs=0)
    assert 1.0 / units.s == pytest.approx(6.582119569509066e-22, rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("kg", 5.609588603804451e29),  # m c^2 / e, CODATA 2018
        ("u", 931.49410242),
        ("hartree", 27.211386245988e-6),
        ("barn", 100 * units.fm**2),
        ("Mb", 1e6 * units.barn),
        ("cm^2/MeV", units.cm**2),
        ("1/(t yr keV)", 1 / (units.t * units.yr * units.keV)),
        ("1/(cm^2 s)", 1 / (units.cm**2 * units.s)),
        ("cm^-2 s^-1", 1 / (units.cm**2 * units.s)),
        ("cm**-2*s**-1", 1 / (units.cm**2 * units.s)),
        ("1/cm^2/s", 1 / (units.cm**2 * units.s)),
        ("GeV/cm^3", 1e3 / units.cm**3),
        ("km/s", 1 / 299792.458),
        ("GeV/c^2", 1e3),
        ("kg m^2/s^2", units.J),
        ("eV^(1/2)", 1e-3),
        ("eV^0.5", 1e-3),
        ("a0^3", units.a0**3),
        ("deg", math.pi / 180),
        ("µs", units.us),
        ("keV²", 1e-6),
        ("GWh", 3.6e12 * units.J),
        ("", 1.0),
        ("%", 0.01),
    ],
)
def test_factor(expression, value):
    assert factor(expression) == pytest.approx(value, rel=1e-12, abs=0)


def test_bohr_radius_and_hartree_agree_with_alpha_and_electron_mass():
    alpha, m_e = 1 / 137.035999084, 0.51099895000
    assert 1 / (alpha * m_e) == pytest.approx(units.a0, rel=1e-9, abs=0)
    assert alpha**2 * m_e == pytest.approx(units.hartree, rel=1e-9, abs=0)


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("30 MeV", "energy", 30.0),
        ("30MeV", "energy", 30.0),
        (" -5e-32 cm^2", "area", -5e-32 * units.cm**2),
        ("1e13 1/(cm^2 s)", "flux", 1e13 / units.cm**2 / units.s),
        ("3/(kg d)", "rate per mass", 3 / units.kg / units.d),
        ("0.4 GeV/cm^3", "energy density", 400 / units.cm**3),
        ("2.53e-3 eV^2", "energy squared", 2.53e-15),
        ("244.8 deg", "angle", 244.8 * units.deg),
        ("1 cm^2/MeV", "cm^2/keV", units.cm**2),
        ("inf", "energy", math.inf),
        ("-inf MeV", "energy", -math.inf),
        ("0 m", "length", 0.0),
        ("0.3", "number", 0.3),
        (3, "number", 3.0),
        ("10 %", "", 0.1),
        ("5 eV", "energy", 5e-6),
    ],
)
def test_parse(text, dimension, value):
    assert parse(text, dimension) == pytest.approx(value, rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("text", "dimension", "words"),
    [
        ("3 lb", "mass", ["unknown unit 'lb'", "Did you mean", "14.6 kg"]),
        ("3 Mev", "energy", ["Did you mean 'MeV'"]),
        ("3 cm2", "area", ["Did you mean 'cm^2'"]),
        ("3 m", "energy", ["dimension length", "30 MeV"]),
        ("3 fm", "energy", ["dimension length"]),
        ("3 kg", "energy", ["dimension mass"]),
        ("3 MeV", "mass", ["dimension energy", "14.6 kg"]),
        ("3 s", "length", ["dimension time"]),
        ("3 deg", "number", ["dimension angle"]),
        ("3", "energy", ["no unit"]),
        (3, "energy", ["no unit"]),
        (True, "energy", ["not a quantity"]),
        (None, "energy", ["not a quantity"]),
        (["3 MeV"], "energy", ["not a quantity"]),
        ("MeV", "energy", ["does not start with a number"]),
        ("nan MeV", "energy", ["does not start with a number"]),
        (float("nan"), "number", ["does not start with a number"]),
        ("", "energy", ["does not start with a number"]),
        ("1e400 MeV", "energy", ["too large"]),
        ("1 1/t yr", "exposure", ["parentheses"]),
        ("1 1/t*yr", "exposure", ["parentheses"]),
        ("1 MeV^99", "energy", ["power"]),
        ("1 MeV^x", "energy", ["power"]),
        ("1 cm^(1/0)", "energy", ["divided"]),
        ("1 (MeV", "energy", ["not closed"]),
        ("1 MeV)", "energy", ["unexpected"]),
        ("1 MeV/", "energy", ["ends too early"]),
        ("1 $", "energy", ["unexpected character"]),
        ("1 " + "(" * 50, "energy", ["parentheses"]),
        ("1 " + "m " * 200, "energy", ["characters"]),
        ("1 kt^12", "energy", ["too large"]),
    ],
)
def test_bad_quantities_say_what_is_allowed(text, dimension, words):
    with pytest.raises(UnitError) as error:
        parse(text, dimension)
    for word in words:
        assert word in str(error.value)
    assert "\n" not in str(error.value)


def test_dimensions_are_separate():
    names = ["MeV", "m", "s", "kg", "rad", ""]
    assert len({dimension_of(n) for n in names}) == len(names)
    assert dimension_of("kWh") == dimension_of("MeV")
    assert dimension_of("u") == dimension_of("GeV/c^2")
    assert str(dimension_of("m/s^3")) == "length time^-3"


@given(st.sampled_from(sorted(units._UNITS)), st.floats(1e-30, 1e30))
def test_to_undoes_parse(unit, number):
    text = f"{number!r} {unit}"
    assert to(parse(text, unit), unit) == pytest.approx(number, rel=1e-14, abs=0)


@given(st.text(max_size=30))
def test_any_text_gives_a_number_or_a_unit_error(text):
    try:
        assert isinstance(parse(text, "energy"), float)
    except UnitError:
        pass
