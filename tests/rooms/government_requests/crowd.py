"""Many matters at once, in every state, for tests of long lists. Nobody received them: the ledger knows none."""

import random
from datetime import datetime, timedelta

from django.db import connection

from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER, NOTICE
from safeconduct.rooms.government_requests.rules.words import Process

TABLE = "government_requests_matter"


def crowd(count: int, *, now: datetime, persons: tuple[str, ...], seed: int = 7, first: int = 0) -> list[str]:
    """Put ``count`` matters into the database, a tenth of them silenced, and return their ids."""
    chance = random.Random(seed)  # noqa: S311 - what a test is filled with
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
        for (name,) in cursor.fetchall():
            # A crowd stands in states that its rows never went through.
            cursor.execute(f'DROP TRIGGER "{name}"')
    rows = [_row(place, chance, now, persons) for place in range(first, first + count)]
    Matter.objects.bulk_create(rows)
    return [row.pk for row in rows]


def _row(place: int, chance: random.Random, now: datetime, persons: tuple[str, ...]) -> Matter:
    silenced = place % 10 == 0
    notice = "prohibited" if silenced else chance.choice([one for one in NOTICE.states if one != "prohibited"])
    kept = chance.choice([None, now - timedelta(days=chance.randrange(80))])
    return Matter(
        id=f"{chance.getrandbits(96):024x}{place:08x}",
        reference=f"{place:04X}-CRWD",
        process=chance.choice(list(Process)),
        issuer="grand_jury",
        country="US",
        governmental=True,
        served_entity="us",
        served_country="US",
        organisation="a" * 32,
        channel="desk",
        zone=chance.choice(["America/New_York", "UTC", "Asia/Tokyo"]),
        state=MATTER.states[place % len(MATTER.states)],
        notice_state=notice,
        notice_owed=chance.random() < 0.5,
        holder=chance.choice(["", *persons]),
        received_at=now - timedelta(hours=chance.randrange(3000)),
        received_by=persons[0],
        answer_due_at=now + timedelta(hours=chance.randrange(-200, 800)),
        answer_due_rule="RULEBOOK-DAYS",
        answer_due_citation="",
        case_file="c" * 32,
        selector_count=1,
        selector_kinds=["phone"],
        categories=["subscriber"],
        preserved_at=kept,
        preserved_until=kept and kept + timedelta(days=90),
        preservation_ended_at=chance.choice([None, now]) if kept else None,
        silenced=silenced,
        silence_until=now + timedelta(days=chance.randrange(1, 90)) if silenced and place % 20 else None,
    )
