"""Counsel's determinations for a class: one exact text, kinds of paper, a country, until a day."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from safeconduct.core.rulebook import SignOffs, load, read_sign_offs
from safeconduct.core.rulebook.determinations import ClassDetermination, ClassDeterminationError, standing
from safeconduct.core.rulebook.sign_offs import SignOffError

BOOK = load()
FIRST, OVER = date(2026, 11, 23), date(2027, 5, 1)


def determination(**changes: Any) -> ClassDetermination:
    facts: dict[str, Any] = {
        "provision": "us.cloud.2523",
        "digest": BOOK.provision("us.cloud.2523").digest,
        "processes": ("cloud_act_order",),
        "country": "GB",
        "name": "A. Counsel",
        "citation": "18 U.S.C. 2523(b)",
        "reason": 'The agreement is "in force".',
        "date": FIRST,
        "expires": OVER,
    }
    return ClassDetermination(**{**facts, **changes})


def found(one: ClassDetermination, *, process: str = "cloud_act_order", country: str = "GB", day: date = FIRST) -> bool:
    return bool(standing([one], provisions=BOOK.provisions, process=process, country=country, day=day))


def test_it_stands_for_its_class_and_its_days_only() -> None:
    one = determination()
    assert found(one)
    assert found(one, day=OVER - timedelta(days=1))
    for other in ({"day": OVER}, {"day": FIRST - timedelta(days=1)}, {"country": "AU"}, {"process": "subpoena"}):
        assert not found(one, **other)  # type: ignore[arg-type] # a table of arguments
    assert found(determination(country=""), country="AU")


def test_a_changed_or_unknown_provision_is_not_determined() -> None:
    assert not found(determination(digest="0" * 64))
    assert not found(determination(provision="us.no.such"))
    changed = {**BOOK.provisions, "us.cloud.2523": replace(BOOK.provision("us.cloud.2523"), says="Otherwise.")}
    assert not standing([determination()], provisions=changed, process="cloud_act_order", country="GB", day=FIRST)


def test_the_overlay_keeps_it_beside_sign_offs(tmp_path: Path) -> None:
    signed = SignOffs(demonstration=False).determining(determination())
    signed = signed.signing([BOOK.provision("us.sca.2703-f")], name="A. Counsel", day=FIRST)
    path = tmp_path / "overlay.toml"
    path.write_text(signed.text, "utf-8")
    assert read_sign_offs(path, demonstration=False) == signed
    assert signed.determinations[0].id == determination().id != determination(country="").id


@pytest.mark.parametrize(
    "changes",
    [
        {"processes": ()},
        {"processes": ("fax",)},
        {"name": " "},
        {"reason": "two\nlines"},
        {"citation": ""},
        {"country": "gb"},
        {"country": "GBR"},
        {"expires": FIRST},
        {"expires": FIRST + timedelta(days=367)},
    ],
)
def test_one_that_its_rules_do_not_allow_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ClassDeterminationError):
        determination(**changes)


@pytest.mark.parametrize("damage", [("expires = 2027-05-01", ""), ("[[determination]]", "[determination]")])
def test_a_damaged_overlay_is_refused(tmp_path: Path, damage: tuple[str, str]) -> None:
    path = tmp_path / "overlay.toml"
    path.write_text(SignOffs(demonstration=False).determining(determination()).text.replace(*damage), "utf-8")
    with pytest.raises((ClassDeterminationError, SignOffError)):
        read_sign_offs(path, demonstration=False)
