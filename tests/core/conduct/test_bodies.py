from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.conduct.samples import ALL, HOLDER, HOLDER_BODY, ITEM, LETTER, RELEASE, ROSTER, SAFE_CONDUCT, changed

from safeconduct.core.base.canonical import canonical_json, digest
from safeconduct.core.conduct import body as conduct_body
from safeconduct.core.conduct.bodies import BODIES, MOST_BYTES, SafeConductBody, parse
from safeconduct.core.conduct.categories import CEILING, Category, Process
from safeconduct.core.conduct.shapes import BodyError

CREDENTIAL = ROSTER["person"]["credentials"][0]


def places(value: Any, way: str = "") -> list[str]:
    """Return the path of every member and item below ``value``."""
    if isinstance(value, dict):
        pairs = [(str(name), inner) for name, inner in value.items()]
    elif isinstance(value, list):
        pairs = [(str(index), inner) for index, inner in enumerate(value)]
    else:
        return []
    found = []
    for name, inner in pairs:
        here = f"{way}.{name}" if way else name
        found += [here, *places(inner, here)]
    return found


def removed(body: dict[str, Any], path: str) -> dict[str, Any]:
    copy = deepcopy(body)
    *way, last = path.split(".")
    place: Any = copy
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    del place[last]
    return copy


@pytest.mark.parametrize("kind", [*ALL])
def test_a_good_body_parses_and_its_digest_is_that_of_its_domain(kind: str) -> None:
    body = parse(kind, ALL[kind])
    assert body.as_json() == ALL[kind]
    assert body.digest == digest(f"safeconduct/v1/{kind}", ALL[kind])
    assert body.canonical == canonical_json(ALL[kind])
    assert body.requested_by in body.excluded


@pytest.mark.parametrize("kind", [*ALL])
def test_every_missing_member_is_refused(kind: str) -> None:
    names = [place for place in places(ALL[kind]) if not place.rpartition(".")[2].isdigit()]
    looked = [place for place in names if not place.startswith("counts.")]
    assert len(looked) > 10
    for place in looked:
        with pytest.raises(BodyError):
            parse(kind, removed(ALL[kind], place))


@pytest.mark.parametrize("kind", [*ALL])
@pytest.mark.parametrize("value", [7.5, {"x": 1}, [[]], "\u202eevil"])
def test_every_member_of_another_type_is_refused(kind: str, value: object) -> None:
    looked = 0
    for place in places(ALL[kind]):
        with pytest.raises(BodyError):
            parse(kind, changed(ALL[kind], place, value))
        looked += 1
    assert looked > 10


@pytest.mark.parametrize("kind", [*ALL])
def test_an_unknown_member_anywhere_is_refused(kind: str) -> None:
    objects = ["", *(place for place in places(ALL[kind]) if isinstance(_at(ALL[kind], place), dict))]
    for place in objects:
        with pytest.raises(BodyError):
            parse(kind, changed(ALL[kind], f"{place}.surplus".removeprefix("."), 1))


def _at(body: Any, path: str) -> Any:
    for step in path.split("."):
        body = body[int(step)] if step.isdigit() else body[step]
    return body


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("scope.0.window.until", "2026-01-01T05:00:00Z"),
        ("scope.0.window.from", "2026-01-01T05:00:00+00:00"),
        ("scope.0.window.from", "2026-01-01T05:00:00"),
        ("scope.0.categories", ["subscriber", "call_detail"]),
        ("scope.0.categories", ["call_detail", "call_detail"]),
        ("scope.0.categories", []),
        ("scope.0.selectors", []),
        ("scope", []),
        ("scope", [ITEM, ITEM]),
        ("holders", []),
        ("holders", [HOLDER, {**HOLDER, "key_fingerprint": "cd" * 32}]),
        ("holders.0.person", "asker"),
        ("limits.row_ceiling", 0),
        ("limits.row_ceiling", True),
        ("limits.expires", "2026-02-28T00:00:00Z"),
        ("ground.process", "preservation_request"),
        ("ground.process", "foreign_request"),
        ("ground.process", "emergency_request"),
        ("ground.kind", "emergency"),
        ("ground.disclosure_ground.authority_country", "FR"),
        ("ground.as_of", "2026-02-30"),
        ("ground.edition", "CD" * 32),
        ("zone", "America/Nowhere"),
        ("zone", "../../etc/passwd"),
        ("served_entity.name", " Northwind"),
        ("served_entity.name", "Cafe\u0301"),
        ("requested_by", "Asker"),
        ("requested_by", "asker\u200b"),
        ("left_out.0.why", "x" * 4001),
        ("version", 2),
        ("version", True),
        ("kind", "release"),
    ],
)
def test_a_safe_conduct_that_says_what_it_may_not_is_refused(path: str, value: object) -> None:
    with pytest.raises(BodyError):
        parse("safe-conduct", changed(SAFE_CONDUCT, path, value))


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("release", "counts", {"secrets": 1}),
        ("release", "counts", {"payment": -1}),
        ("release", "bytes", 0),
        ("release", "holders.0.person", "asker"),
        ("letter", "to.recipient", "AGE1" + "q" * 58),
        ("letter", "subject", "two\nlines"),
        ("holder", "call_back.by", ["p1"]),
        ("holder", "call_back.by", ["p1", "p1"]),
        ("holder", "call_back.by", ["p1", HOLDER_BODY["person"]]),
        ("holder", "person", "asker"),
        ("holder", "governmental", 1),
        ("roster", "person.credentials", []),
        ("roster", "person.credentials", [CREDENTIAL, {**CREDENTIAL, "rp_id": "open.safeconduct.localhost"}]),
        ("roster", "person.roles", ["second_reader", "analyst"]),
        ("roster", "person.roles", ["emperor"]),
        ("roster", "change", "replace"),
    ],
)
def test_other_bodies_that_say_what_they_may_not_are_refused(kind: str, path: str, value: object) -> None:
    with pytest.raises(BodyError):
        parse(kind, changed(ALL[kind], path, value))


def test_good_variants_are_not_refused() -> None:
    """Negative control for the tables above: they refuse for the reason given, not because a change is a change."""
    parse("safe-conduct", changed(SAFE_CONDUCT, "silence", {"until": None, "persons": ["asker"]}))
    parse("safe-conduct", changed(SAFE_CONDUCT, "holders.0.person_name", "José Dúya-Ñ"))
    parse("release", changed(RELEASE, "counts", {}))
    parse("letter", changed(LETTER, "silence", None))
    parse("holder", changed(HOLDER_BODY, "passkey", None))
    parse("roster", changed(changed(ROSTER, "change", "remove"), "person.credentials", []))


@pytest.mark.parametrize("process", [*Process])
@pytest.mark.parametrize("category", [*Category])
def test_no_process_opens_more_than_its_ceiling(process: Process, category: Category) -> None:
    body = changed(SAFE_CONDUCT, "ground.process", str(process))
    body = changed(body, "ground.kind", "emergency" if process is Process.EMERGENCY_REQUEST else "compelled")
    body = changed(body, "scope.0.categories", [str(category)])
    if category in CEILING[process]:
        parse("safe-conduct", body)
    else:
        with pytest.raises(BodyError):
            parse("safe-conduct", body)


def test_a_body_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = [{**SAFE_CONDUCT["papers"][0], "name": f"{'n' * 250}{i:03}"} for i in range(100)]
    left_out = [{"words": f"{i:04}{'w' * 3000}", "why": "y"} for i in range(100)]
    body = {**SAFE_CONDUCT, "papers": papers, "left_out": left_out}
    assert len(canonical_json(body)) < MOST_BYTES
    parse("safe-conduct", body)
    monkeypatch.setattr(conduct_body, "MOST_BYTES", len(canonical_json(body)) - 1)
    with pytest.raises(BodyError, match="longer"):
        parse("safe-conduct", body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.sampled_from([*BODIES, "other"]), json_values)
def test_hostile_json_is_refused_with_a_code(kind: str, value: object) -> None:
    with pytest.raises(BodyError) as caught:
        parse(kind, value)
    assert caught.value.code == "SC-CONSENT-BODY"


@given(st.sampled_from(places(SAFE_CONDUCT)), json_values)
def test_a_changed_member_is_refused_or_changes_the_digest(place: str, value: object) -> None:
    original = SafeConductBody.from_json(SAFE_CONDUCT)
    body = changed(SAFE_CONDUCT, place, value)
    try:
        found = SafeConductBody.from_json(body)
    except BodyError:
        return
    assert (found.digest == original.digest) == (canonical_json(body) == canonical_json(SAFE_CONDUCT))


def test_a_parsed_body_does_not_follow_later_changes() -> None:
    value = deepcopy(SAFE_CONDUCT)
    body = SafeConductBody.from_json(value)
    value["scope"][0]["customer"] = "c9"
    body.as_json()["limits"]["row_ceiling"] = 10**9
    assert body.as_json() == SAFE_CONDUCT
    assert body.scope.customers == ("c1",)
