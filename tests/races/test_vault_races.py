"""Approve, alter, revoke, decline, lease and release at once, at the vault process's own store.

A round: a fresh safe-conduct is brought to one of four stages through the real ceremonies and acts; then two to eight
of the acts of that stage start at a barrier, in the order of the seed; then everything is judged from the store, the
outbox and the log. Nothing is stubbed: passkeys, proofs, law, collection, packages and age files are real.
"""

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests import soaking
from tests.races.ground import contested
from tests.races.judge import Judge, Tally
from tests.races.processes import Processes, no_transaction
from tests.races.stage import STAGES, Act, Round, perform
from tests.races.team import SWITCHES, Team, switching
from tests.vaultd.story import Story

from safeconduct.core.tlog import tree
from safeconduct.vaultd.consents import Consents
from safeconduct.vaultd.leases import Leases
from safeconduct.vaultd.store import Store

ROUNDS = soaking.count(32, 16_000)
PROCESS_ROUNDS = soaking.count(12, 4_000)
SHARD = 1_000
"""Rounds before a new instance: an instance that ages is another harness's matter."""
CONTROL_ROUNDS = 400
PROCESSES = soaking.count(2, 4)
CERTAIN = ("approve ines", "collect", "release", "revoke")
"""What happens even in the smallest sample; the rest of ``DONE`` and ``REFUSED`` must happen in the full run."""
DONE = (*CERTAIN, "alter", "decline petra", "decline release", "replay", "revoke release", "collect, other journey")
REFUSED = ("SC-LEASE-TAKEN", "SC-REVOKED", "SC-DECLINED", "SC-QUORUM", "SC-NONCE", "SC-ALREADY-SIGNED")
Runner = Callable[[Story, list[Act]], list[Any]]


def race(*, rounds: int, seed: int, tally: Tally, story: Story, run: Runner, calm: int = 4) -> None:
    """Race so many rounds; in the first ``calm`` ones only two acts, so that the main ones succeed."""
    rng = random.Random(seed)  # noqa: S311 - repeatable rounds
    for number in range(rounds):
        made = Round(story, rng, STAGES[number % len(STAGES)])
        acts = made.racers(calm=number < calm)
        with switching(rng.choice(SWITCHES)):
            answers = run(story, acts)
        tally.add(acts, answers, Judge(story, made.matter, made.stage, acts, answers).violations())


def whole(story: Story, tally: Tally) -> None:
    """Hold the end of an instance together: the outbox against the record, the head against the log."""
    store = story.vault.store
    listed = {row["name"] for row in store.all("SELECT name FROM delivery")}
    if listed != {path.name for path in story.configuration.outbox.iterdir()}:
        tally.violations.append("the outbox holds what no record names")
    head = story.vault.opened.heads.last("private")
    if tree.root(head.size, story.log.read).hex() != head.root:
        tally.violations.append("the head that the vault process holds is not one of the log")


def shards(rounds: int) -> Iterator[int]:
    while rounds > 0:
        yield min(rounds, SHARD)
        rounds -= SHARD


def said(name: str, tally: Tally) -> None:
    soaking.report(name, **tally.figures())
    assert not tally.violations, tally.violations[:20]
    acts, codes = (DONE, REFUSED) if soaking.SOAKING else (CERTAIN, REFUSED[:1])
    for act in acts:
        assert any(name.startswith(act) for name in tally.acts), (act, tally.acts)
    for code in codes:
        assert tally.refused[code] > 0, (code, tally.refused)


def test_threads_at_one_vault_process() -> None:
    seed, tally = soaking.seed("races of the vault process"), Tally()
    with Team(8, contextlib.nullcontext) as team:
        for number, rounds in enumerate(shards(ROUNDS)):
            with contested() as story:
                race(rounds=rounds, seed=seed + number, tally=tally, story=story, run=by_threads(team))
                whole(story, tally)
    assert tally.rounds == ROUNDS
    said("races.vault.threads", tally)


def by_threads(team: Team) -> Runner:
    return lambda story, acts: team.run([lambda act=act: perform(story.vault, act) for act in acts])


def test_several_vault_processes_on_one_store() -> None:
    seed, tally = soaking.seed("races of vault processes"), Tally()
    for number, rounds in enumerate(shards(PROCESS_ROUNDS)):
        with contested() as story, Processes(story.configuration.root / "safeconduct.toml", PROCESSES) as processes:
            race(rounds=rounds, seed=seed + number, tally=tally, story=story, run=by_processes(processes))
            whole(story, tally)
    assert tally.rounds == PROCESS_ROUNDS
    said("races.vault.processes", tally)


def by_processes(processes: Processes) -> Runner:
    return lambda _, acts: processes.run(acts)


class Unlocked:
    """A lock that holds nothing."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def without_transactions(monkeypatch: pytest.MonkeyPatch, story: Story) -> None:
    monkeypatch.setattr(Store, "writing", no_transaction)
    monkeypatch.setattr(story.vault, "acting", Unlocked())


def without_the_compare_and_swap(monkeypatch: pytest.MonkeyPatch, story: Story) -> None:
    """Take a lease by reading, then writing over whatever is there meanwhile."""
    run = Store.run

    def over(self: Store, statement: str, values: tuple[Any, ...] = ()) -> int:
        if statement.startswith("INSERT INTO lease"):
            statement = statement.replace("INSERT", "INSERT OR REPLACE", 1)
        return run(self, statement, values)

    without_transactions(monkeypatch, story)
    monkeypatch.setattr(Store, "run", over)
    monkeypatch.setattr(Leases, "move", lambda *_: None)


def asking_before_the_transaction(monkeypatch: pytest.MonkeyPatch, story: Story) -> None:
    """Count the quorum once for each object and believe it from then on."""
    ask, believed = Consents.require_approved, {}

    def once(self: Consents, body: Any) -> Any:
        if body.digest not in believed:
            believed[body.digest] = ask(self, body)
        return believed[body.digest]

    assert story.vault.opened
    monkeypatch.setattr(Consents, "require_approved", once)
    monkeypatch.setattr(Consents, "require_standing", lambda *_: None)


@pytest.mark.parametrize("weaken", [without_transactions, without_the_compare_and_swap, asking_before_the_transaction])
def test_control_a_weaker_vault_process_is_caught(weaken: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally()
    with contested() as story, Team(8, contextlib.nullcontext) as team:
        weaken(monkeypatch, story)
        for attempt in range(CONTROL_ROUNDS // 4):
            race(rounds=4, seed=soaking.SEED + attempt, tally=tally, story=story, run=by_threads(team), calm=0)
            if real(tally):
                break
        monkeypatch.undo()
    soaking.report(f"races.vault.control.{weaken.__name__}", rounds=tally.rounds, violations=len(real(tally)))
    assert real(tally)


def real(tally: Tally) -> list[str]:
    """Return the violations that are more than an unnamed error: something happened that must not."""
    return [one for one in tally.violations if "fault:" not in one]


def test_control_vault_processes_without_transactions_are_caught() -> None:
    tally = Tally()
    with (
        contested() as story,
        Processes(story.configuration.root / "safeconduct.toml", PROCESSES, weak=True) as processes,
    ):
        for attempt in range(CONTROL_ROUNDS // 4):
            race(rounds=4, seed=soaking.SEED + attempt, tally=tally, story=story, run=by_processes(processes), calm=0)
            if real(tally):
                break
    soaking.report("races.vault.control.processes", rounds=tally.rounds, violations=len(real(tally)))
    assert real(tally)
