"""Nobody who sees all that is public can tell no sealed matter from forty: an adversary that learns is at guessing."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, transaction
from tests import soaking
from tests.own_database import own_database, sqlite_settings
from tests.publiclog.worlds import BEGINS, LOG, SEALED, SLOTS, Adversary, honest, leaking, worlds
from tests.rooms.ledger.world import ALICE, seeded
from tests.tampering.ground import on

from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.notes import sign_note
from safeconduct.rooms.ledger import actions, queries, steps

PAIRS = 60, 1_000
FULL_PAIRS = 1, 20
SURE = 3.89
"""Standard errors: an honest log is called leaking once in ten thousand runs."""


def test_forty_sealed_matters_cannot_be_told_from_none() -> None:
    seed, pairs = soaking.seed("public-log"), soaking.count(*PAIRS)
    rows, labels = worlds(seed, pairs, honest)
    half = pairs // 2 * 2
    adversary = Adversary.learn(rows[:half], labels[:half])
    learned, one = adversary.right(rows[half:], labels[half:])
    bound = SURE * 0.5 / np.sqrt(len(labels) - half)
    some = pairs // 4 * 2
    bad, marks = worlds(seed + 1, some, leaking)
    control = Adversary.learn(bad[:some], marks[:some]).right(bad[some:], marks[some:])
    soaking.report(
        "public-log",
        worlds=2 * pairs,
        features=rows.shape[1],
        right_learned=round(learned, 4),
        right_one_feature=round(one, 4),
        bound=round(float(bound), 4),
        control=round(max(control), 4),
    )
    assert abs(learned - 0.5) < bound
    assert abs(one - 0.5) < bound
    # The control: a log that grows only when something stands in a slot is told apart.
    assert max(control) > 0.95


def grow(sealed: int, number: int, folder: Path) -> dict[str, int]:
    """Let the real ledger live through the half-month, publish it, and return every file with its size."""
    steps_of = seeded(number)
    actions.open_public_log(now=BEGINS, hours=24)
    for day in range(SLOTS):
        now = BEGINS + timedelta(days=day, hours=5)
        with transaction.atomic():
            # Sealed matters have their entries in the private log, too.
            for _ in range(sealed // SLOTS + (day < sealed % SLOTS)):
                facts = {"state": "received"}
                steps.record(actor=ALICE, now=now, kind="a.b", subject="d" * 32, facts=facts, randomness=steps_of)
                steps.commit_public(now=now, commitment=steps_of(32), randomness=steps_of)
        actions.close_slots(now=BEGINS + timedelta(days=day + 1), hours=24, randomness=steps_of)
        head = queries.head_to_sign(log="public")
        note = sign_note(Checkpoint(LOG.name, head.size, bytes.fromhex(head.root)).text, LOG)
        with transaction.atomic():
            steps.store_head(log="public", note=note)
        actions.publish_checkpoint(folder=folder, log="public")
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def test_the_real_ledger_publishes_files_of_one_shape(tmp_path: Path, django_db_blocker: Any) -> None:
    count = soaking.count(*FULL_PAIRS)
    shapes = []
    with django_db_blocker.unblock():
        with own_database(sqlite_settings(tmp_path), "ledger"), connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in range(2 * count):
            folder = tmp_path / f"w{number}"
            folder.mkdir()
            shutil.copy(tmp_path / "ledger.sqlite3", folder / "ledger.sqlite3")
            with on(folder / "ledger.sqlite3"):
                shapes.append(grow(SEALED * (number % 2), number, folder / "tiles"))
            shutil.rmtree(folder)
    soaking.report("public-log-full", worlds=2 * count, files=len(shapes[0]))
    assert len(shapes[0]) > SLOTS
    assert all(shape == shapes[0] for shape in shapes)
