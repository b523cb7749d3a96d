"""Edits of rows that are the harm themselves: nothing is asked of anybody, a row simply says something else."""

from tests.functional.attacks.insider import Attack, copy_row

from safeconduct.rooms.government_requests.models import Consent, Document, FindingRecord, Journey, Letter
from safeconduct.rooms.government_requests.queries.access import visible

PAST, FUTURE = "2026-01-01 00:00:00", "2027-12-31 00:00:00"

ROWS: tuple[Attack, ...] = (
    # Rows of the matter: nothing is asked of anybody, the row simply says something else.
    Attack(
        "a refused outcome is written over a withdrawal",
        "named: outcome",
        lambda it: it.set(it.closed, outcome="refused"),
        lambda it: it.row(it.closed).outcome == "refused",
    ),
    Attack(
        "a closed matter is opened again",
        "named: state",
        lambda it: it.set(it.closed, state="in_review"),
        lambda it: it.row(it.closed).state == "in_review",
    ),
    Attack(
        "the notice counts as given",
        "named: notice_state",
        lambda it: it.set(it.waiting, notice_state="released"),
        lambda it: it.row(it.waiting).notice_state == "released",
    ),
    Attack(
        "silence ends a year early",
        "named: silence_until",
        lambda it: it.set(it.silenced, silence_until=PAST),
        lambda it: it.row(it.silenced).silence_until.year == 2026 and it.row(it.silenced).silence_until.month == 1,
    ),
    Attack(
        "silence never ends",
        "named: silence_until",
        lambda it: it.set(it.silenced, silence_until=None),
        lambda it: it.row(it.silenced).silence_until is None,
    ),
    Attack(
        "a named exception takes the customer's notice away",
        "named: notice_exception",
        lambda it: it.set(it.waiting, notice_exception="danger_to_life"),
        lambda it: it.row(it.waiting).notice_exception == "danger_to_life",
    ),
    Attack(
        "another company is served",
        "named: served_entity",
        lambda it: it.set(it.waiting, served_entity="northwind-de"),
        lambda it: it.row(it.waiting).served_entity == "northwind-de",
    ),
    Attack(
        "the day of receipt moves",
        "named: received_at",
        lambda it: it.set(it.waiting, received_at=FUTURE),
        lambda it: it.row(it.waiting).received_at.year == 2027,
    ),
    Attack(
        "a kept copy is made to end later",
        "named: preserved_until",
        lambda it: it.set(it.silenced, preserved_until=FUTURE),
        lambda it: str(it.row(it.silenced).preserved_until) > "2027",
    ),
    Attack(
        "a matter disappears",
        "named: the row, which is gone,",
        lambda it: it.run("DELETE FROM government_requests_matter WHERE id = ?", it.closed.matter),
        lambda it: not visible(it.actor("aline")).filter(pk=it.closed.matter).exists(),
    ),
    Attack(
        "a matter is invented beside another's papers",
        "named: the row, which nobody received,",
        lambda it: copy_row(
            it, "government_requests_matter", f"id = '{it.closed.matter}'", id="7" * 32, reference="AAAA-BBBB-CCCC"
        ),
        lambda it: visible(it.actor("aline")).filter(pk="7" * 32).exists(),
    ),
    # Rows beside the matter.
    Attack(
        "five findings become met",
        "named: its findings",
        lambda it: it.run("UPDATE government_requests_findingrecord SET outcome = 'not_met'"),
        lambda _it: set(FindingRecord.objects.values_list("outcome", flat=True)) == {"not_met"},
    ),
    Attack(
        "the narrowing is forgotten",
        "named: its scopes",
        lambda it: it.run("UPDATE government_requests_consent SET narrowed = 1, left_out = 9"),
        lambda _it: Consent.objects.filter(left_out=9).exists(),
    ),
    Attack(
        "the mirror of an approval says authorised",
        "named: its scopes",
        lambda it: it.run(
            "UPDATE government_requests_consent SET authorised_at = ? WHERE digest = ?",
            PAST,
            it.waiting.digests["scope"],
        ),
        lambda it: Consent.objects.get(pk=it.waiting.digests["scope"]).authorised_at is not None,
    ),
    Attack(
        "another paper takes the place of the one received",
        "named: its papers",
        lambda it: it.run(
            "UPDATE government_requests_document SET sha256 = ? WHERE matter_id = ?", "0" * 64, it.waiting.matter
        ),
        lambda it: Document.objects.filter(matter=it.waiting.matter, sha256="0" * 64).exists(),
    ),
    Attack(
        "a letter that never left counts as sent",
        "named: its letters",
        lambda it: copy_row(
            it,
            "government_requests_letter",
            f"matter_id = '{it.waiting.matter}'",
            id="6" * 32,
            digest="6" * 64,
            issued_at=PAST,
        ),
        lambda _it: Letter.objects.get(pk="6" * 32).state == "issued",
    ),
    Attack(
        "the counts of a collection are made smaller",
        "named: its journeys",
        lambda it: it.run(
            "UPDATE government_requests_journey SET result = json_set(result, '$.counts', json('{}')) "
            "WHERE act = 'collect' AND matter_id = ?",
            it.prepared.matter,
        ),
        lambda it: Journey.objects.get(act="collect", matter=it.prepared.matter).result["counts"] == {},
    ),
    Attack(
        "a journey begins without an entry",
        "named: its journeys",
        lambda it: copy_row(
            it,
            "government_requests_journey",
            f"matter_id = '{it.prepared.matter}' AND act = 'collect'",
            id="5" * 32,
            entry="5" * 32,
            done_at=None,
        ),
        lambda _it: Journey.objects.filter(pk="5" * 32, done_at__isnull=True).exists(),
    ),
)
