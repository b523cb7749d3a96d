"""Each gate of the authority by itself, on a real body, with what lies behind the gates told by the test."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from tests.core.conduct.samples import HOLDER, ITEM, SAFE_CONDUCT

from safeconduct.core.conduct.bodies import SafeConductBody, parse
from safeconduct.core.conduct.categories import Category
from safeconduct.vaultd.authority import (
    Authority,
    GroundError,
    HolderKeyError,
    NotObtainableError,
    UnsignedLawError,
)
from safeconduct.vaultd.fakes import SeededFakeError
from safeconduct.vaultd.roster import EnrolledHolder

TODAY = datetime(2026, 3, 5, 12, tzinfo=UTC)
JUDGED = date(2026, 3, 1)
REACH = frozenset({Category.CALL_DETAIL, Category.SUBSCRIBER})
GROUND = SAFE_CONDUCT["ground"]


@dataclass
class Law:
    """What counsel signed, by day; every question is kept."""

    edition: str = "cd" * 32
    known: frozenset[str] = frozenset({"us.sca.2703-a"})
    unsigned: frozenset[date] = frozenset()
    reach: dict[date, frozenset[Category]] = field(default_factory=dict)
    asked: list[tuple[str, date]] = field(default_factory=list)

    def knows(self, provision: str) -> bool:
        return provision in self.known

    def obtainable(self, *, process: str, as_of: date) -> Any:
        self.asked.append((str(process), as_of))
        return SimpleNamespace(
            signed=as_of not in self.unsigned, why="not signed", categories=self.reach.get(as_of, REACH)
        )


def officer(**other: Any) -> EnrolledHolder:
    facts = {
        "person": "f" * 32,
        "person_name": "Lee Oduya",
        "organisation": "o" * 32,
        "organisation_name": "Bureau of Examples",
        "country": "US",
        "governmental": True,
        "recipient": "age1x",
        "fingerprint": "ab" * 32,
    }
    return EnrolledHolder(**{**facts, **other})


def authority(
    *, law: Law | None = None, enrolled: dict[str, EnrolledHolder] | None = None, fake: str = ""
) -> Authority:
    made = Authority.__new__(Authority)
    made.law = law or Law()  # type: ignore[assignment]  # answers as the real one does
    entity = SimpleNamespace(country="US")
    made._configuration = SimpleNamespace(entities={"northwind-us": entity})  # type: ignore[assignment]  # the same
    people = enrolled or {"f" * 32: officer()}
    made._roster = SimpleNamespace(holder=lambda person: people[person], name_of=lambda person: f"name of {person}")  # type: ignore[assignment]  # the same
    made._consents = SimpleNamespace(require_approved=lambda _body: ("ines", "ravi"))  # type: ignore[assignment]  # the same
    made._clock = SimpleNamespace(now=lambda: TODAY)  # type: ignore[assignment]  # the same
    made._fakes = SimpleNamespace(require_real=lambda matter: _require_real(matter, fake))  # type: ignore[assignment]  # the same
    return made


def _require_real(matter: str, fake: str) -> None:
    if matter == fake:
        raise SeededFakeError


def body(**changes: Any) -> SafeConductBody:
    made = parse("safe-conduct", {**SAFE_CONDUCT, **changes})
    assert isinstance(made, SafeConductBody)
    return made


def ground(**changes: Any) -> dict[str, Any]:
    return {**GROUND, **changes}


def test_with_every_gate_open_it_says_who_approved_and_who_receives() -> None:
    assert authority().require(body()) == (("ines", "ravi"), [officer()])
    assert authority().name_of("ines") == "name of ines"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"served_entity": {**SAFE_CONDUCT["served_entity"], "id": "northwind-ie"}}, GroundError),
        (
            {
                "served_entity": {**SAFE_CONDUCT["served_entity"], "country": "IE"},
                "ground": {**GROUND, "disclosure_ground": {"kind": "domestic", "authority_country": "IE"}},
            },
            GroundError,
        ),
        ({"ground": ground(edition="ce" * 32)}, UnsignedLawError),
        ({"ground": ground(provisions=["us.sca.2703-a", "us.sca.2703-z"])}, UnsignedLawError),
        ({"ground": ground(provisions=["us.sca.2703-z"])}, UnsignedLawError),
        ({"scope": [{**ITEM, "categories": ["message_content", "subscriber"]}]}, NotObtainableError),
        ({"holders": [{**HOLDER, "key_fingerprint": "ac" * 32}]}, HolderKeyError),
        ({"holders": [{**HOLDER, "organisation": "p" * 32}]}, HolderKeyError),
    ],
)
def test_one_thing_that_is_wrong_closes_it(changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        authority().require(body(**changes))


@dataclass(frozen=True)
class Stranger:
    """A body with a ground that no body of today can have: the gate must not rely on that."""

    kind: str
    country: str
    served: str = "US"

    def as_json(self) -> dict[str, Any]:
        disclosure = {"kind": self.kind, "authority_country": self.country}
        served = {**SAFE_CONDUCT["served_entity"], "country": self.served}
        return {**SAFE_CONDUCT, "served_entity": served, "ground": ground(disclosure_ground=disclosure)}


def test_only_a_domestic_ground_is_one() -> None:
    authority().domestic(Stranger("domestic", "US"))  # type: ignore[arg-type]  # it answers as a body does
    strangers = [Stranger("adequacy", "US"), Stranger("domestic", "DE"), Stranger("adequacy", "DE")]
    for stranger in (*strangers, Stranger("domestic", "US", served="IE")):
        with pytest.raises(GroundError):
            authority().domestic(stranger)  # type: ignore[arg-type]  # the same


def test_the_law_is_asked_for_the_day_of_judgement_and_for_today() -> None:
    law = Law()
    authority(law=law).lawful(body())
    assert law.asked == [("search_warrant", JUDGED), ("search_warrant", TODAY.date())]
    for day in (JUDGED, TODAY.date()):
        with pytest.raises(UnsignedLawError, match="not signed"):
            authority(law=Law(unsigned=frozenset({day}))).lawful(body())
        with pytest.raises(NotObtainableError, match="search_warrant: call_detail"):
            authority(law=Law(reach={day: frozenset({Category.SUBSCRIBER})})).lawful(body())


def test_a_holder_of_another_country_receives_nothing() -> None:
    abroad = {"f" * 32: officer(country="CA")}
    with pytest.raises(GroundError, match="another country"):
        authority(enrolled=abroad).require(body())


def test_an_emergency_is_answered_to_a_governmental_entity_only() -> None:
    private = {"f" * 32: officer(governmental=False)}
    authority(enrolled=private).require(body())
    urgent = body(ground=ground(kind="emergency", process="emergency_request", provisions=["us.sca.2703-a"]))
    authority().require(urgent)
    with pytest.raises(GroundError, match="governmental"):
        authority(enrolled=private).require(urgent)


def test_of_several_holders_each_is_looked_at() -> None:
    second = {**HOLDER, "person": "e" * 32}
    both = {"f" * 32: officer(), "e" * 32: officer(person="e" * 32)}
    two = body(holders=sorted([HOLDER, second], key=lambda one: one["person"]))
    assert len(authority(enrolled=both).require(two)[1]) == 2
    for bad in ({"country": "CA"}, {"fingerprint": "ac" * 32}):
        for person in both:
            changed = {**both, person: officer(person=person, **bad)}
            with pytest.raises((GroundError, HolderKeyError)):
                authority(enrolled=changed).require(two)


def test_in_an_emergency_one_private_holder_among_several_is_one_too_many() -> None:
    second = {**HOLDER, "person": "e" * 32}
    urgent = body(
        ground=ground(kind="emergency", process="emergency_request"),
        holders=sorted([HOLDER, second], key=lambda one: one["person"]),
    )
    for private in ("e" * 32, "f" * 32):
        both = {person: officer(person=person, governmental=person != private) for person in ("e" * 32, "f" * 32)}
        with pytest.raises(GroundError, match="governmental"):
            authority(enrolled=both).require(urgent)


def test_its_refusals_keep_their_codes() -> None:
    codes = [one.code for one in (GroundError, UnsignedLawError, NotObtainableError, HolderKeyError)]
    assert codes == ["SC-GROUND", "SC-UNSIGNED-LAW", "SC-NOT-OBTAINABLE", "SC-HOLDER-KEY"]


def test_a_seeded_fake_is_answered_to_nobody() -> None:
    with pytest.raises(SeededFakeError):
        authority(fake=body().matter).require(body())
