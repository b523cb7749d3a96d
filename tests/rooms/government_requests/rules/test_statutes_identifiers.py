"""Citations and identifiers as people write them, and what is none."""

import pytest

from safeconduct.rooms.government_requests.rules.identifiers import (
    luhn,
    of_another_kind,
    read_identifier,
    well_formed,
)
from safeconduct.rooms.government_requests.rules.paper import Selector
from safeconduct.rooms.government_requests.rules.statutes import cited_in, does_not_exist, gives_power, is_known, meets

KNOWN = ("18 U.S.C. 2703(a)", "18 U.S.C. 2704")
SPANS = ("18 U.S.C. 2700-2720",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("18 U.S.C. 2703(d)", ("18 U.S.C. 2703(d)",)),
        ("under 18 USC § 2703 (c)(2), and 21 u.s.c. sec. 876", ("18 U.S.C. 2703(c)(2)", "21 U.S.C. 876")),
        ("Title 18, United States Code, Section 2705(b)", ("18 U.S.C. 2705(b)",)),
        ("title 18 of the U.S. Code, section 2702", ("18 U.S.C. 2702",)),
        ("42 U.S.C.A. §§ 2000aa-6", ("42 U.S.C. 2000a",)),
        ("50 U.S.C. 1881a", ("50 U.S.C. 1881a",)),
        ("Fed. R. Crim. P. 41(e)", ("Fed. R. Crim. P. 41",)),
        ("Federal Rules of Criminal Procedure, 17", ()),
        ("Federal Rules of Criminal Procedure Rule 17", ("Fed. R. Crim. P. 17",)),
        ("Cal. Penal Code 1524", ()),
        ("", ()),
    ],
)
def test_citations_are_read_as_they_are_written(text: str, found: tuple[str, ...]) -> None:
    assert cited_in(text) == found


def test_a_part_meets_its_whole_and_no_neighbour() -> None:
    assert meets("18 U.S.C. 2703", "18 U.S.C. 2703(a)")
    assert meets("18 U.S.C. 2703(C)(2)", "18 U.S.C. 2703(c)")
    assert not meets("18 U.S.C. 270", "18 U.S.C. 2703")
    assert not meets("18 U.S.C. 2703(a)", "18 U.S.C. 2703(b)")
    assert gives_power("18 U.S.C. 2703(a)(1)", KNOWN)
    assert not gives_power("18 U.S.C. 2705", KNOWN)
    assert is_known("18 U.S.C. 2704", KNOWN)


@pytest.mark.parametrize(
    ("citation", "none"),
    [
        ("18 U.S.C. 2703(a)", False),
        ("18 U.S.C. 2703", False),
        ("18 U.S.C. 2703(k)", True),
        ("18 U.S.C. 2700", True),
        ("18 U.S.C. 2720", True),
        ("18 U.S.C. 2699", False),
        ("18 U.S.C. 2721", False),
        ("21 U.S.C. 2710", False),
        ("Fed. R. Crim. P. 99", False),
    ],
)
def test_only_what_cannot_exist_does_not(citation: str, none: bool) -> None:  # noqa: FBT001 - a table's column
    assert does_not_exist(citation, known=KNOWN, spans=SPANS) is none
    assert does_not_exist(citation, known=KNOWN, spans=("broken",)) is False
    assert does_not_exist(citation, known=KNOWN, spans=("21 U.S.C. 1-9", *SPANS)) is none


def test_check_digits() -> None:
    assert [luhn(one) for one in ("79927398713", "79927398710", "18", "26", "0", "59", "91")] == [
        *(True, False, True, True, True, True, True),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "found_by", "other"),
    [
        ("phone", "+12025550143", True, False),
        ("phone", "12025550143", False, False),
        ("phone", "+1 2025550143", False, False),
        ("phone", "+120255501", False, False),
        ("phone", "x", False, False),
        ("email", "a@b.example", True, False),
        ("email", "A@b.example", False, False),
        ("account", "a" * 32, True, False),
        ("account", "no1", False, False),
        ("account", "79927398713", True, False),
        ("account", "79927398710", False, False),
        ("account", "northwind-0042", True, False),
        ("account", "northwind", False, False),
        ("ip", "2001:db8::1", False, True),
        ("ip", "192.0.2.300", False, False),
        ("imei", "490154203237518", False, True),
        ("imei", "490154203237519", False, False),
        ("imei", "٤", False, False),
        ("imei", "x", False, False),
        ("iccid", "8944501234567890123", False, False),
        ("iccid", "8944501234567890124", False, True),
        ("card", "", False, False),
        ("card", "4111111111111111", False, True),
        ("iban", "GB82WEST12345698765432", False, True),
        ("iban", "GB82WEST12345698765431", False, False),
        ("iban", "82", False, False),
        ("iban", "gb82west12345698765432", False, False),
        ("domain", "example.org", False, True),
        ("domain", "example", False, False),
        ("name", "Maud Marrow", False, True),
        ("name", " ", False, False),
        ("else", "x", False, False),
    ],
)
def test_each_kind_has_its_form(kind: str, value: str, found_by: bool, other: bool) -> None:  # noqa: FBT001 - columns
    one = Selector(kind=kind, value=value)
    assert (well_formed(one), of_another_kind(one)) == (found_by, other)


def _checked(start: str, length: int) -> str:
    """Return digits of this length whose last one checks the others."""
    return next(one for digit in "0123456789" if luhn(one := start.ljust(length - 1, "0") + digit))


@pytest.mark.parametrize(
    ("kind", "start", "lengths"),
    [("imei", "49", {15}), ("iccid", "89", {19, 20}), ("iccid", "88", set()), ("card", "4", set(range(12, 20)))],
)
def test_check_digits_do_not_make_up_for_a_wrong_length(kind: str, start: str, lengths: set[int]) -> None:
    found = {one for one in range(3, 40) if of_another_kind(Selector(kind=kind, value=_checked(start, one)))}
    assert found == lengths


@pytest.mark.parametrize(("kind", "length"), [("imei", 15), ("iccid", 19), ("card", 16)])
def test_digits_of_other_scripts_are_none(kind: str, length: int) -> None:
    value = _checked("89", length)
    other = value.translate({ord("0") + one: ord("\N{ARABIC-INDIC DIGIT ZERO}") + one for one in range(10)})
    assert other.isdecimal()
    assert luhn(other)
    assert not of_another_kind(Selector(kind=kind, value=other))
    assert not of_another_kind(Selector(kind=kind, value=value[:-1] + other[-1]))
    assert of_another_kind(Selector(kind=kind, value=value))
    assert not of_another_kind(Selector(kind=kind, value=f"{value}\n"))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (" +1 (202) 555-0143 ", ("phone", "+12025550143")),
        ("2025550143", ("phone", "+12025550143")),
        ("1025550143", ("phone", "1025550143")),
        ("22025550143", ("phone", "22025550143")),
        ("+442071234567", ("phone", "+442071234567")),
        ("490154203237518", ("imei", "490154203237518")),
        ("490154203237519", ("phone", "490154203237519")),
        ("79927398713", ("phone", "79927398713")),
        ("1234567812345670", ("account", "1234567812345670")),
        ("89445012345678901234", ("iccid", "89445012345678901234")),
        ("gb82west12345698765432", ("account", "gb82west12345698765432")),
        ("GB82 WEST 1234 5698 7654 32", ("iban", "GB82WEST12345698765432")),
        ("198.51.100.9", ("ip", "198.51.100.9")),
        ("Example.ORG", ("domain", "example.org")),
        ("Maud", ("name", "Maud")),
        ("X@Y.org", ("email", "x@y.org")),
    ],
)
def test_identifiers_are_read_and_no_digit_is_lost(words: str, found: tuple[str, str]) -> None:
    assert read_identifier(words) == found
