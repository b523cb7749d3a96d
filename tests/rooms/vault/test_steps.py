"""The client against a real vault behind its real socket, with a real ledger in a database."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import transaction
from tests.rooms.vault.listening import NOW, listening
from tests.vaultd.story import CUSTOMER, MATTER, NUMBER, Story, call_rows, conduct_body

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import JsonValue, canonical_json, sha256_hex
from safeconduct.core.base.errors import BadInputError, NotPermittedError
from safeconduct.rooms.ledger import queries as ledger_queries
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.vault import queries, rules, steps, wire

ALINE = Actor(person="aline", account="aline-1", organisation="self")


story = pytest.fixture(listening)


def record(kind: str, subject: str = MATTER, **facts: JsonValue) -> str:
    """Enter an act and return the entry's id."""
    with transaction.atomic(durable=True):
        return str(ledger.record(actor=ALINE, now=NOW, kind=kind, subject=subject, facts=facts).id)


@pytest.mark.usefixtures("story")
def test_names_go_in_and_come_out_and_nothing_else_does() -> None:
    name = steps.put_name(name="Tern & Lowe Logistics")
    paper = steps.seal(kind="paper", owner={"matter": MATTER}, data=b"%PDF")
    assert queries.directory_names(objects=[name, paper, "f" * 32]) == {name: "Tern & Lowe Logistics"}
    assert queries.directory_names(objects=[]) == {}


@pytest.mark.usefixtures("story")
def test_a_blind_index_is_the_same_for_the_same_value() -> None:
    first, second, third = queries.blind_index(kind="phone", values=[NUMBER, NUMBER, "+12025550100"])
    assert first == second != third


@pytest.mark.usefixtures("story")
def test_nothing_is_asked_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic(), pytest.raises(wire.InsideTransactionError):
        steps.put_name(name="Nobody")
    with transaction.atomic():
        monkeypatch.setattr(wire, "refuse_inside_transaction", lambda: None)
        assert steps.put_name(name="Somebody")


def test_rows_a_forecast_and_a_preservation_by_their_entries(story: Story) -> None:
    rows = call_rows()
    made = steps.import_rows(table="calls", rows=rows, entry=record("records.import", table="calls", rows=4))
    assert (made.rows, made.segments) == (4, 2)
    window = {"from": "2026-02-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}
    item = {"selectors": [{"kind": "phone", "value": NUMBER}], "categories": ["call_detail"], "window": window}
    data = canonical_json({"kind": "case_file", "scope": [item]})
    file = steps.seal(kind="case_file", owner={"matter": MATTER}, data=data)
    grant = story.vault.opened.grants.give(matter=MATTER, person="aline").id
    steps.open_case(matter=MATTER, grant=grant, entry=record("government_requests.open_case", grant=grant))
    assert queries.read_case(matter=MATTER, grant=grant, objects=[file]) == {file: data}
    entry = record("government_requests.forecast", case_file=file, grant=grant)
    told = steps.forecast(matter=MATTER, case_file=file, grant=grant, entry=entry)
    assert told["counts"] == [{"customer": CUSTOMER, "category": "call_detail", "rows": 3}]
    until = dt.datetime(2026, 9, 16, tzinfo=dt.UTC)
    entry = record("government_requests.preserve", case_file=file, until="2026-09-16T00:00:00Z")
    assert steps.preserve(matter=MATTER, case_file=file, until=until, entry=entry)["rows"] == 3
    assert steps.end_preservation(matter=MATTER, entry=record("government_requests.end_preservation")) == {
        "ended": True
    }


def test_a_proof_is_fetched_again_when_the_log_has_grown(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(3):
        record("people.sign_in", f"subject-{place}")
    told = ledger_queries.head_to_sign(log="private")
    steps.sign_head(log=told.log, size=told.size, root=told.root, consistency=list(told.consistency))
    monkeypatch.setattr(queries, "last_size", lambda **_: 1)
    digest = steps.propose(kind="safe-conduct", body=conduct_body(story))
    entry = record("government_requests.revoke", digest=digest)
    assert steps.revoke(digest=digest, entry=entry) == {"revoked": True}
    assert queries.approvals(digest=digest).state == "revoked"


def test_a_refusal_keeps_its_kind_and_code(story: Story) -> None:
    digest = steps.propose(kind="safe-conduct", body=conduct_body(story))
    entry = record("government_requests.authorise", digest=digest, journey="b" * 32)
    with pytest.raises(NotPermittedError) as refused:
        steps.collect(digest=digest, journey="b" * 32, entry=entry)
    assert refused.value.as_json()["code"] == "SC-QUORUM"
    with pytest.raises(BadInputError):
        steps.propose(kind="safe-conduct", body={})
    with pytest.raises(rules.VaultConflictError):
        steps.set_clock(now=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))


def test_a_vault_that_is_sealed_or_away_is_unavailable(story: Story, settings: JsonValue) -> None:
    steps.seal_vault()
    assert queries.status()["sealed"]
    with pytest.raises(rules.VaultUnavailableError) as sealed:
        steps.put_name(name="Nobody")
    assert sealed.value.vault_code == "SC-SEALED"
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, socket=story.configuration.root / "nowhere.sock")
    with pytest.raises(rules.VaultUnavailableError) as away:
        queries.status()
    assert away.value.vault_code == "SC-VAULT-UNAVAILABLE"


@pytest.mark.usefixtures("story")
def test_a_statement_is_signed_by_its_entry() -> None:
    text = "safeconduct/v1/report\nperiod 2026-H1\n"
    entry = record("transparency.publish", text_sha256=sha256_hex(text.encode()))
    assert steps.sign_statement(kind="report", text=text, entry=entry).startswith(text)
