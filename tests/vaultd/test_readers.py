"""Who reads case papers: a reading role on the roster and, under silence, a place on the list that the vault knows."""

import json

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import MATTER, Story, conduct_body, sealed

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.conduct.grants import READ_CASE_LASTS
from safeconduct.vaultd.faces.open import HANDED_OUT, READABLE
from safeconduct.vaultd.objects import CASE_KINDS, PRIVILEGED_KINDS
from safeconduct.vaultd.readers import READING_ROLES, Readers

NOBODY_ELSE = {"until": "2026-12-06T05:00:00Z", "persons": ["ines"]}


def allowed(story: Story, *persons: str) -> list[str]:
    readers = story.vault.opened.grants._readers
    return [one for one in persons if readers.may_read(matter=MATTER, person=one)]


def read(story: Story, grant: str, paper: str) -> JsonValue:
    return story.call("read_case", matter=MATTER, grant=grant, objects=[paper])


def leave(story: Story, person: str) -> None:
    story.vault.opened.roster.remove_person(person, "2026-06-18T15:00:00Z")


def promise(story: Story, silence: JsonValue, **changes: JsonValue) -> str:
    body = conduct_body(story, silence=silence, **changes)
    digest: str = story.call("propose", kind="safe-conduct", body=body)["digest"]
    return digest


def test_the_reading_roles_are_five() -> None:
    four = {"analyst", "counsel", "approver", "second_reader"}
    assert {str(role) for role in READING_ROLES} == four | {"outside_counsel"}


@pytest.mark.parametrize("person", ["aline", "ravi", "ines", "mara"])
def test_each_reading_role_reads(story: Story, person: str) -> None:
    paper = sealed(story, "transcript", b"words")
    assert read(story, story.grant(person), paper)["objects"]


def test_another_role_and_an_officer_get_no_grant(story: Story) -> None:
    story.enrol_officer()
    roster = story.vault.opened.roster
    roster.add_person(person="sefa", name="Sefa Tester", roles=["security_engineer"], credentials=[])
    grants = story.vault.opened.grants
    assert code_of(lambda: grants.give(matter=MATTER, person="sefa")) == "SC-NO-READING-ROLE"
    assert code_of(lambda: grants.give(matter=MATTER, person="officer-1")) == "SC-NOT-ENROLLED"


def test_a_grant_ends_with_the_place_on_the_roster(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    paper, grant = sealed(story, "transcript", b"words"), story.grant()
    leave(story, "aline")
    assert code_of(lambda: read(story, grant, paper)) == "SC-GRANT"
    assert not story.vault.opened.grants.live_for(matter=MATTER, person="aline")
    monkeypatch.setattr(Readers, "may_read", lambda *_, **__: True)
    assert read(story, grant, paper)["objects"]


def test_under_silence_only_its_list_reads(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    paper, early = sealed(story, "transcript", b"words"), story.grant("dov")
    promise(story, NOBODY_ELSE)
    assert allowed(story, "aline", "ines", "dov", "mara") == ["aline", "ines"]
    assert code_of(lambda: read(story, early, paper)) == "SC-GRANT"
    assert code_of(lambda: story.grant("mara")) == "SC-GRANT"
    assert read(story, story.grant("ines"), paper)["objects"]
    monkeypatch.setattr(Readers, "cleared", lambda *_: None)
    assert read(story, early, paper)["objects"]


def test_asking_for_a_grant_tells_nobody_that_a_matter_is_silenced(story: Story) -> None:
    promise(story, NOBODY_ELSE)
    grants = story.vault.opened.grants
    known, unknown = (grants.give(matter=matter, person="mara") for matter in (MATTER, "9" * 32))
    assert (known.starts, known.expires) == (unknown.starts, unknown.expires)
    assert known.expires - known.starts == READ_CASE_LASTS


def test_another_matters_silence_binds_only_that_matter(story: Story) -> None:
    ground = conduct_body(story)["ground"] | {"matter": "9" * 32}
    promise(story, NOBODY_ELSE, ground=ground)
    assert allowed(story, "mara") == ["mara"]


def test_a_case_file_may_name_the_list(story: Story) -> None:
    sealed(story, "case_file", json.dumps({"scope": [], "silence": NOBODY_ELSE | {"until": None}}).encode())
    assert allowed(story, "aline", "ines", "mara") == ["ines"]
    sealed(story, "case_file", b'{"scope": [], "silence": {"until": 1}}')
    assert code_of(lambda: allowed(story, "ines")) == "SC-CASE-FILE"


def test_the_newest_list_counts_and_ends_with_its_order(story: Story) -> None:
    promise(story, NOBODY_ELSE)
    story.call("set_clock", now="2026-06-19T15:00:00Z")
    promise(story, NOBODY_ELSE | {"until": "2026-07-01T00:00:00Z", "persons": ["ines", "mara"]}, id="3" * 32)
    assert allowed(story, "ines", "mara", "dov") == ["ines", "mara"]
    story.call("set_clock", now="2026-07-01T00:00:00Z")
    assert allowed(story, "ines", "mara", "dov") == ["ines", "mara", "dov"]


def test_a_proposal_alone_lifts_no_silence_and_a_signed_body_does(story: Story) -> None:
    promise(story, NOBODY_ELSE)
    story.call("set_clock", now="2026-06-19T15:00:00Z")
    lifted = promise(story, None, id="3" * 32)
    assert allowed(story, "mara") == []
    story.sign(lifted, "ravi")
    assert allowed(story, "mara") == ["mara"]


@pytest.mark.parametrize("person", ["aline", "ines", "mara", "dov"])
def test_advice_is_there_for_counsel_alone(story: Story, person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    advice, paper = sealed(story, "advice", b"do not answer"), sealed(story, "transcript", b"words")
    assert read(story, story.grant("ravi"), advice)["objects"]  # type: ignore[index,call-overload]
    grant = story.grant(person)
    assert read(story, grant, paper)
    # It is told apart from nothing that does not exist.
    assert code_of(lambda: read(story, grant, advice)) == code_of(lambda: read(story, grant, "0" * 32))
    monkeypatch.setattr(Readers, "is_counsel", lambda *_: True)
    assert read(story, grant, advice)


def test_no_page_shows_advice() -> None:
    assert {"advice"} == PRIVILEGED_KINDS
    assert not PRIVILEGED_KINDS & (CASE_KINDS | READABLE | HANDED_OUT)
