"""Pairs of half-months that differ in nothing but forty sealed matters, and all that a stranger sees of each."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

import numpy as np

from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import COSIGNATURE, Signer, sign_note
from safeconduct.core.tlog.slots import SlotTree, fill_slot, slot_leaf
from safeconduct.core.tlog.tree import MemoryTree
from safeconduct.rooms.ledger.rules import SLOT_HEIGHT

SLOTS, SEALED = 14, 40
BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
LOG = Signer("log.example/public", bytes([1]) * 32)
WITNESS = Signer("witness.example/w", bytes([2]) * 32, COSIGNATURE)
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Public:
    """What everybody sees: leaves in order, their instants, the heads, and the proof that a report carries."""

    leaves: tuple[bytes, ...]
    starts: tuple[datetime, ...]
    notes: tuple[str, ...]
    place: int
    path: tuple[bytes, ...]
    slot: int


def commitments(chance: random.Random, sealed: int) -> list[list[bytes]]:
    """Return what waits for each slot: sealed matters on days of their own, and on the last day but one a report."""
    waiting: list[list[bytes]] = [[] for _ in range(SLOTS)]
    for _ in range(sealed):
        waiting[chance.randrange(SLOTS)].append(chance.randbytes(32))
    waiting[SLOTS - 2].append(chance.randbytes(32))
    return waiting


def publish(waiting: list[list[bytes]], chance: random.Random, *, leaking: bool = False) -> Public:
    """Fill, hash and sign as the product does; ``leaking`` closes a slot only when something stands in it."""
    built, leaves, starts, notes = MemoryTree(), [], [], []
    place, path, slot = 0, [], 0
    for day, entries in enumerate(waiting):
        if leaking and not entries:
            continue
        start = BEGINS + timedelta(days=day)
        filled: SlotTree = fill_slot(entries, SLOT_HEIGHT, chance.randbytes)
        leaf = slot_leaf(start, filled.root)
        built.append(leaf_hash(leaf))
        leaves.append(leaf)
        starts.append(start)
        if day == SLOTS - 2:
            # The report's entry was queued last; its proof is published with it.
            place, slot = filled.places[-1], len(leaves) - 1
            path = filled.path(place)
        note = sign_note(Checkpoint(LOG.name, built.size, built.root()).text, LOG)
        text = note.partition("\n\n")[0] + "\n"
        notes.append(note + WITNESS.line(text, time=int((start + timedelta(days=1, seconds=15)).timestamp())))
    return Public(tuple(leaves), tuple(starts), tuple(notes), place, tuple(path), slot)


def features(seen: Public) -> Floats:
    """Return everything about a world that is a number: sizes, times, order, and the bytes themselves."""
    data = b"".join(seen.leaves)
    roots = [leaf.split(b"\n")[2] for leaf in seen.leaves]
    raw = b"".join(sha256(root).digest()[:2] + root[:8] for root in roots)
    counts = np.bincount(np.frombuffer(b"".join(roots), dtype=np.uint8), minlength=256).astype(float)
    chances = counts[counts > 0] / counts.sum()
    path = np.frombuffer(b"".join(seen.path), dtype=np.uint8).astype(float)
    bits = np.unpackbits(np.frombuffer(b"".join(seen.path), dtype=np.uint8)).astype(float)
    gaps = np.diff([start.timestamp() for start in seen.starts]) if len(seen.starts) > 1 else np.zeros(1)
    stamps = np.array([len(note) for note in seen.notes], dtype=float)
    letters = np.frombuffer(raw, dtype=np.uint8).astype(float)
    values = [
        len(seen.leaves), len(data), len(set(map(len, seen.leaves))), seen.slot, seen.place, seen.place % 2,
        len(seen.path), stamps.sum(), stamps.max(), stamps.std(), gaps.mean(), gaps.std(), gaps.max(),
        -(chances * np.log2(chances)).sum(), counts.std(), counts.max(), letters.mean(), letters.std(),
        np.corrcoef(letters[:-1], letters[1:])[0, 1], path.mean(), path.std(), path.min(), path.max(), bits.mean(),
        *(part.mean() for part in np.array_split(bits, len(seen.path))),
        float(seen.starts[-1].timestamp() - seen.starts[0].timestamp()),
        sum(first < second for first, second in pairwise(roots)),
    ]  # fmt: skip
    return np.array(values, dtype=float)


World = Callable[[int, int], Public]


def worlds(seed: int, pairs: int, world: World) -> tuple[Floats, Floats]:
    """Return the features of both halves of each pair, and which half each row is."""
    rows, labels = [], []
    for number in range(pairs):
        for sealed in (0, SEALED):
            rows.append(features(world(seed * 1_000_003 + number, sealed)))
            labels.append(float(sealed > 0))
    return np.array(rows), np.array(labels)


def honest(seed: int, sealed: int) -> Public:
    chance = random.Random(f"{seed}/{sealed}")  # noqa: S311 - repeatable tests
    return publish(commitments(random.Random(seed), sealed), chance)  # noqa: S311 - the same


def leaking(seed: int, sealed: int) -> Public:
    chance = random.Random(f"{seed}/{sealed}")  # noqa: S311 - repeatable tests
    return publish(commitments(random.Random(seed), sealed), chance, leaking=True)  # noqa: S311 - the same


@dataclass(frozen=True)
class Adversary:
    """A logistic classifier and, beside it, the best threshold on any one feature; both learned on other worlds."""

    mean: Floats
    scale: Floats
    weights: Floats
    feature: int
    threshold: float
    sign: float

    @classmethod
    def learn(cls, rows: Floats, labels: Floats, steps: int = 400) -> "Adversary":
        mean, scale = rows.mean(axis=0), rows.std(axis=0)
        scale[scale == 0] = 1.0
        scaled = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1))])
        weights = np.zeros(scaled.shape[1])
        for _ in range(steps):
            said = 1 / (1 + np.exp(-np.clip(scaled @ weights, -30, 30)))
            weights -= 0.3 * (scaled.T @ (said - labels) / len(rows) + 0.01 * weights)
        best = (0.0, 0, 0.0, 1.0)
        for feature in range(rows.shape[1]):
            for threshold in np.quantile(scaled[:, feature], (0.1, 0.25, 0.5, 0.75, 0.9)):
                right = float(((scaled[:, feature] > threshold) == labels).mean())
                best = max(best, (max(right, 1 - right), feature, float(threshold), 1.0 if right >= 0.5 else -1.0))
        return cls(mean, scale, weights, best[1], best[2], best[3])

    def right(self, rows: Floats, labels: Floats) -> tuple[float, float]:
        """Return how often each of the two is right on worlds that it has not seen."""
        scaled = np.hstack([(rows - self.mean) / self.scale, np.ones((len(rows), 1))])
        learned = float((((scaled @ self.weights) > 0) == labels).mean())
        above = scaled[:, self.feature] > self.threshold
        return learned, float(((above if self.sign > 0 else ~above) == labels).mean())
