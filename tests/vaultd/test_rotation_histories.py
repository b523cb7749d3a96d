"""Random histories of seals, erasures, rotations and new roots, and a crash at every step: nothing living is lost."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests import soaking
from tests.vaultd.rotating import (
    NEXT_TWO,
    all_bytes,
    every_key,
    opened_in,
    opens_with,
    root_of,
    rotate,
    rotate_root,
    wrapped_bytes,
)
from tests.vaultd.story import CUSTODIANS, Story, begin

from safeconduct.core.sealing.errors import SealError
from safeconduct.vaultd import durable
from safeconduct.vaultd.epochs import EpochFileError
from safeconduct.vaultd.keys import KeyGoneError
from safeconduct.vaultd.rotation import Rotation
from safeconduct.vaultd.store import Store

SETS = ({"ada": CUSTODIANS["ada"], "ben": CUSTODIANS["ben"]}, NEXT_TWO)


class Died(BaseException):
    """The machine stopped here."""


@dataclass
class Fault:
    """Counts the steps that reach the disk, and stops the machine at one of them, keeping what was there."""

    folder: Path
    snapshot: Path
    at: int = -1
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            shutil.copytree(self.folder, self.snapshot)
            raise Died

    @contextmanager
    def armed(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        run, sync, replace, blank = Store.run, durable.sync, Path.replace, durable._blank

        def stepping(before: Callable[..., object]) -> Callable[..., object]:
            def called(*arguments: object) -> object:
                self.step()
                return before(*arguments)

            return called

        def told(store: Store, statement: str, values: tuple[object, ...] = ()) -> int:
            if statement.startswith(("COMMIT", "UPDATE", "INSERT", "DELETE")):
                self.step()
            done = run(store, statement, values)
            if statement == "COMMIT":
                self.step()
            return done

        with monkeypatch.context() as patched:
            patched.setattr(Store, "run", told)
            patched.setattr(durable, "sync", stepping(sync))
            patched.setattr(Path, "replace", stepping(replace))
            patched.setattr(durable, "_blank", stepping(blank))
            yield


@dataclass
class World:
    """A vault, what the model says of it, and copies of its store from before."""

    story: Story
    custodians: dict[str, str]
    living: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    destroyed: list[str] = field(default_factory=list)
    copies: list[tuple[dict[tuple[str, int], bytes], str]] = field(default_factory=list)
    count: int = 0

    def seal(self, rng: random.Random) -> None:
        owner, data = f"matter/{rng.randrange(6):032x}", rng.randbytes(40)
        self.count += 1
        name = self.story.vault.opened.objects.put(kind="paper", owner=owner, data=data, object_id=f"{self.count:032x}")
        self.living[name] = (owner, data)

    def erase(self, rng: random.Random) -> None:
        owners = sorted({owner for owner, _ in self.living.values()})
        if owners:
            owner = rng.choice(owners)
            self.story.vault.opened.ring.destroy(owner)
            gone = [name for name, (held, _) in self.living.items() if held == owner]
            self.destroyed += gone
            self.living = {name: one for name, one in self.living.items() if name not in gone}

    def copy(self, _: random.Random) -> None:
        rows = self.story.vault.store.all("SELECT * FROM wrapped_key")
        self.copies.append((wrapped_bytes(self.story), rows[0]["epoch"]))

    def rotate(self, _: random.Random) -> None:
        rotate(self.story)

    def new_root(self, _: random.Random) -> None:
        after = SETS[self.custodians.keys() == SETS[0].keys()]
        rotate_root(self.story, current=dict(list(self.custodians.items())[:2]), custodians=after)
        self.custodians = dict(after)

    def renew(self, rng: random.Random) -> None:
        owners = sorted({owner for owner, _ in self.living.values()})
        if owners:
            self.story.vault.opened.ring.renew(rng.choice(owners))

    def month(self, _: random.Random) -> None:
        now = self.story.vault.clock.now()
        year, month = now.year + now.month // 12, now.month % 12 + 1
        self.story.call("set_clock", now=f"{year}-{month:02d}-01T00:00:00Z")

    def check(self) -> int:
        opened = self.story.vault.opened
        opened.ring._known.clear()
        for name, (_, data) in self.living.items():
            assert opened.objects.open(name) == data
        for name in self.destroyed:
            with pytest.raises((KeyGoneError, SealError)):
                opened.objects.open(name)
        alive = {one.name for one in opened.ring.epochs.alive}
        assert len(alive) == 1
        held, root = all_bytes(self.story.configuration.vault_store), root_of(self.story.configuration, self.custodians)
        dead = 0
        for wrapped, epoch in self.copies:
            opening = opens_with(wrapped, self.story.configuration, root)
            assert sorted(opening) == (sorted(wrapped) if epoch in alive else [])
            if epoch not in alive:
                assert not any(form in held for form in wrapped.values())
                dead += len(wrapped)
        return dead


ACTS = (
    World.seal,
    World.seal,
    World.seal,
    World.erase,
    World.copy,
    World.rotate,
    World.rotate,
    World.renew,
    World.new_root,
)


def test_random_histories(tmp_path: Path) -> None:
    rng = random.Random(soaking.seed("rotation-histories"))  # noqa: S311 - chooses cases, makes no key
    steps = dead = 0
    for number in range(soaking.count(6, 400)):
        story = begin(tmp_path / str(number))
        world = World(story, dict(CUSTODIANS))
        try:
            for _ in range(rng.randrange(8, 20)):
                rng.choice((*ACTS, World.month))(world, rng)
                steps += 1
                dead += world.check()
        finally:
            story.vault.close()
        shutil.rmtree(tmp_path / str(number))
    assert dead > 0
    soaking.report("rotation-histories", steps=steps, keys_in_old_copies_that_stay_shut=dead)


def after_a_crash(folder: Path, story: Story, *, root: bool) -> Story:
    """Open what the crash left, with whichever custodians its key file names."""
    try:
        return opened_in(folder, story.log)
    except (SealError, EpochFileError):
        assert root
        return opened_in(folder, story.log, custodians=NEXT_TWO)


def crash(tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch, *, root: bool) -> int:
    """Crash at one step; return the number of steps if the rotation ended before it, else 0."""
    story = begin(tmp_path / "instance")
    for place in range(3):
        story.vault.opened.objects.put(kind="paper", owner=f"matter/{place}", data=b"x")
    before = every_key(story)
    name = story.call("keys")["next"]
    facts = {"what": "root", "epoch": name, "custodians": 3} if root else {"what": "epoch", "epoch": name}
    entry = story.log.record("vault.rotate", name, **facts)
    turn = rotate_root if root else rotate
    fault = Fault(story.configuration.vault_store.parent, tmp_path / "snapshot", at)
    try:
        with fault.armed(monkeypatch):
            turn(story, epoch=name, entry=entry)
    except Died:
        pass
    else:
        return fault.steps
    finally:
        story.vault.close()
    again = after_a_crash(fault.snapshot, story, root=root)
    try:
        assert every_key(again) == before, f"a key was lost at step {at}"
        done = turn(again, epoch=name, entry=entry)
        assert (done["keys"], done["destroyed"]) == (len(before), 1)
        assert every_key(again) == before
        assert [one["name"] for one in again.call("keys")["epochs"]] == [name]
    finally:
        again.vault.close()
    return 0


@pytest.mark.parametrize("root", [False, True])
def test_no_key_is_lost_at_any_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, root: bool) -> None:
    rng = random.Random(soaking.seed(f"rotation-crash-{root}"))  # noqa: S311 - chooses cases, makes no key
    steps = crash(tmp_path / "whole", -1, monkeypatch, root=root)
    assert steps > 20
    points = sorted(rng.sample(range(1, steps + 1), soaking.count(8, steps)))
    for at in points:
        assert crash(tmp_path / str(at), at, monkeypatch, root=root) == 0
        shutil.rmtree(tmp_path / str(at))
    soaking.report(f"rotation-crash-{'root' if root else 'epoch'}", steps=steps, points=len(points), lost=0)


def test_the_control_loses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever destroys the old epoch before the keys went over is caught by the same check."""

    def too_early(self: Rotation) -> int:
        self.ring.epochs.only([self.ring.epochs.alive[-1].name])
        raise Died

    monkeypatch.setattr(Rotation, "_wrap_all", too_early)
    story = begin(tmp_path / "instance")
    before = every_key(story)
    with pytest.raises(Died):
        rotate(story)
    story.vault.close()
    again = opened_in(story.configuration.vault_store.parent, story.log)
    with pytest.raises(KeyGoneError):
        assert every_key(again) == before
    again.vault.close()
