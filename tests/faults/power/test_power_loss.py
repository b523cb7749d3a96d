"""Power loss: whatever the disk kept, dropped or tore of what was not synced, nothing acknowledged is lost."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from tests import soaking
from tests.faults.power import ledger_side, vault_side
from tests.faults.power.ledger_side import Appending, LedgerJudge
from tests.faults.power.recording import load, record
from tests.faults.power.states import Outcome, sample
from tests.faults.power.vault_side import Founding, Keeping, VaultJudge
from tests.vaultd.ground import configuration_in

DIFFERENT = 2_000
"""So many states differ at least, once thousands were drawn: fewer calls than that can be told apart at each place."""
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there; a disk would only make it slow


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(mkdtemp(prefix="power-", dir=MEMORY if MEMORY.is_dir() else None))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def ledger(folder: Path, django_db_blocker: pytest.FixtureRequest) -> Iterator[Callable[..., Outcome]]:
    """What becomes of the ledger, with the product's options or with a control's."""
    root, work = folder / "ledger", folder / "ledger-left"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield lambda name, count, synchronous=None: _ledger(root, work, name, count, synchronous)


def _ledger(root: Path, work: Path, name: str, count: int, synchronous: str | None) -> Outcome:
    for one in (root, work):
        shutil.rmtree(one, ignore_errors=True)
        one.mkdir()
    ledger_side.make(root)
    disk = load(root)
    calls = record(root, Appending(root, synchronous), root.parent / "ledger.trace")
    rng = random.Random(soaking.seed(name))  # noqa: S311 - chooses cases, makes no key
    return sample(disk, calls, LedgerJudge(root, work), count=count, rng=rng)


def _vault(folder: Path, name: str, count: int, synchronous: str | None = None, unsynced: str | None = None) -> Outcome:
    for one in ("vault", "vault-left"):
        shutil.rmtree(folder / one, ignore_errors=True)
    story = vault_side.make(folder / "vault")
    root = story.configuration.vault_store.parent
    disk = load(root)
    keeping = Keeping(story, rounds=soaking.count(1, 2), synchronous=synchronous, unsynced=unsynced)
    calls = record(root, keeping, folder / "vault.trace")
    rng = random.Random(soaking.seed(name))  # noqa: S311 - chooses cases, makes no key
    return sample(disk, calls, VaultJudge(story.configuration, folder / "vault-left"), count=count, rng=rng)


def told(name: str, outcome: Outcome) -> None:
    soaking.report(name, states=outcome.states, different=len(outcome.differing), bad=outcome.bad)


def test_the_ledger_loses_nothing(ledger: Callable[..., Outcome]) -> None:
    outcome = ledger("power-ledger", soaking.count(700, 25_000))
    told("power-ledger", outcome)
    assert not outcome.wrong
    assert len(outcome.differing) > min(outcome.states // 3, DIFFERENT)


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_weaker_ledger_loses(ledger: Callable[..., Outcome], synchronous: str) -> None:
    outcome = ledger(f"power-ledger-{synchronous}", soaking.count(80, 2_000), synchronous)
    told(f"power-ledger-control-{synchronous}", outcome)
    assert outcome.of("lost") > 0


def test_the_vault_loses_nothing(folder: Path) -> None:
    outcome = _vault(folder, "power-vault", soaking.count(400, 25_000))
    told("power-vault", outcome)
    assert not outcome.wrong
    assert len(outcome.differing) > min(outcome.states // 3, DIFFERENT)


def test_a_vault_that_was_founded_stays(folder: Path) -> None:
    configuration = configuration_in(folder / "new")
    disk = load(configuration.root)
    calls = record(configuration.root, Founding(configuration), folder / "new.trace")
    rng = random.Random(soaking.seed("power-founding"))  # noqa: S311 - chooses cases, makes no key
    judge = VaultJudge(configuration, folder / "new-left")
    outcome = sample(disk, calls, judge, count=soaking.count(60, 2_000), rng=rng)
    told("power-founding", outcome)
    assert not outcome.wrong


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_weaker_store_loses(folder: Path, synchronous: str) -> None:
    outcome = _vault(folder, f"power-vault-{synchronous}", soaking.count(80, 2_000), synchronous)
    told(f"power-vault-control-{synchronous}", outcome)
    assert outcome.of("lost") > 0


@pytest.mark.parametrize(("unsynced", "wrong"), [("files", "half"), ("folders", "lost")])
def test_what_is_not_synced_is_half_or_lost(folder: Path, unsynced: str, wrong: str) -> None:
    outcome = _vault(folder, f"power-vault-{unsynced}", soaking.count(60, 2_000), unsynced=unsynced)
    told(f"power-vault-control-unsynced-{unsynced}", outcome)
    assert outcome.of(wrong) > 0
