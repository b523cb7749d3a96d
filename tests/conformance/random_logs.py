"""Random logs and what can be done to them: changes that a verifier must accept, and corruptions that it must not."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.core.verification.samples import LOG, PUBLIC, TRUST, WITNESS

from safeconduct.core.tlog.checkpoint import Checkpoint, hash_text
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import COSIGNATURE, Signer, sign_note
from safeconduct.core.tlog.tile_paths import bundles_of, tiles_of
from safeconduct.core.tlog.tiles import hashes_of, pack_entries
from safeconduct.core.tlog.tree import MemoryTree, root

STRANGER = Signer("stranger.example", b"s" * 32)
STRANGE_WITNESS = Signer("witness.elsewhere.example", b"t" * 32, COSIGNATURE)
NOW = 1_790_000_000
Files = dict[str, bytes]


@dataclass(frozen=True)
class RandomLog:
    """A log as a folder, and what made it.

    Attributes:
        signer: the log's own key.
        leaves: its entries.
        tree: its hashes.
        files: the folder.
        known: a head that the verifier kept, or None.
    """

    signer: Signer
    leaves: tuple[bytes, ...]
    tree: MemoryTree
    files: Files
    known: dict[str, Any] | None = None

    @property
    def size(self) -> int:
        """Return the number of leaves."""
        return len(self.leaves)

    def head(self, size: int) -> dict[str, Any]:
        """Return the head of ``size`` as a verifier keeps it."""
        return {"size": size, "root": root(size, self.tree.read).hex()}

    def changed(self, name: str, data: bytes) -> "RandomLog":
        """Return the log with one file replaced or added."""
        return replace(self, files=self.files | {name: data})

    def without(self, name: str) -> "RandomLog":
        """Return the log with one file removed."""
        return replace(self, files={one: data for one, data in self.files.items() if one != name})

    def signed(self, text: str, *, cosigned: bool | None = None) -> "RandomLog":
        """Return the log with a head of this text, signed as heads of this log are."""
        return self.changed("checkpoint", note_of(text, self.signer, cosigned=cosigned).encode())


def note_of(text: str, signer: Signer, *, cosigned: bool | None = None) -> str:
    """Return a signed head; the public log's is cosigned unless said otherwise."""
    with_witness = signer is PUBLIC if cosigned is None else cosigned
    return sign_note(text, signer, *([WITNESS] if with_witness else []), time=NOW)


def folder_of(leaves: tuple[bytes, ...], tree: MemoryTree, size: int) -> Files:
    """Return tiles and bundles of the first ``size`` leaves."""
    files = {
        str(bundle): pack_entries(leaves[bundle.index * 256 : bundle.index * 256 + bundle.width])
        for bundle in bundles_of(size)
    }
    return files | {str(tile): hashes_of(tile, tree.read) for tile in tiles_of(size)}


def random_size(rng: random.Random) -> int:
    """Return a size: mostly small, sometimes at the width of a tile, seldom several tiles."""
    kind = rng.random()
    if kind < 0.05:
        return rng.choice((255, 256, 257, 258, 300, 511, 512, 513, 600))
    return rng.randrange(0, 9) if kind < 0.3 else rng.randrange(0, 70)


def random_log(rng: random.Random, size: int | None = None) -> RandomLog:
    """Return a sound log."""
    count = random_size(rng) if size is None else size
    leaves = tuple(rng.randbytes(32 if rng.random() < 0.8 else rng.randrange(0, 90)) for _ in range(count))
    tree = MemoryTree([leaf_hash(leaf) for leaf in leaves])
    made = RandomLog(rng.choice((LOG, PUBLIC)), leaves, tree, folder_of(leaves, tree, count))
    return made.signed(Checkpoint(made.signer.name, count, root(count, tree.read)).text)


Change = Callable[[RandomLog, random.Random], RandomLog]


def _text(log: RandomLog) -> str:
    return Checkpoint(log.signer.name, log.size, root(log.size, log.tree.read)).text


def _pick(log: RandomLog, rng: random.Random, *, tiles: bool = False) -> str:
    return rng.choice(sorted(name for name in log.files if not tiles or name != "checkpoint") or ["checkpoint"])


def nothing(log: RandomLog, _: random.Random) -> RandomLog:
    """Change nothing."""
    return log


def older_head_known(log: RandomLog, rng: random.Random) -> RandomLog:
    """Let the verifier have kept an older head, or the same one."""
    return replace(log, known=log.head(rng.randrange(log.size + 1)))


def older_parts_kept(log: RandomLog, rng: random.Random) -> RandomLog:
    """Leave the partial files of an older head."""
    return replace(log, files=folder_of(log.leaves, log.tree, rng.randrange(log.size + 1)) | log.files)


def smaller_head(log: RandomLog, rng: random.Random) -> RandomLog:
    """Put an older head over the files of a larger tree, as a stopped publication leaves them."""
    size = rng.randrange(log.size + 1)
    shrunk = replace(log, files=folder_of(log.leaves, log.tree, size) | log.files)
    return shrunk.signed(Checkpoint(log.signer.name, size, root(size, log.tree.read)).text)


def unfinished_file(log: RandomLog, rng: random.Random) -> RandomLog:
    """Leave a file that a broken-off write had not renamed."""
    return log.changed("tile/0/.000.new", rng.randbytes(9))


def strangers_sign_too(log: RandomLog, _: random.Random) -> RandomLog:
    """Add signature lines by keys that nobody knows."""
    text = _text(log)
    more = STRANGER.line(text) + STRANGE_WITNESS.line(text, time=NOW)
    return log.changed("checkpoint", log.files["checkpoint"] + more.encode())


def extension_line(log: RandomLog, rng: random.Random) -> RandomLog:
    """Sign a further line, which means nothing to us."""
    return log.signed(f"{_text(log)}extension {rng.randrange(10**6)}\n")


def signed_twice(log: RandomLog, _: random.Random) -> RandomLog:
    """Let the log's line stand twice."""
    return log.changed("checkpoint", log.files["checkpoint"] + log.signer.line(_text(log)).encode())


def flip(log: RandomLog, rng: random.Random) -> RandomLog:
    """Flip one bit of one file."""
    name = _pick(log, rng)
    data = bytearray(log.files[name])
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return log.changed(name, bytes(data))


def cut(log: RandomLog, rng: random.Random) -> RandomLog:
    """Cut one file."""
    name = _pick(log, rng)
    return log.changed(name, log.files[name][: rng.randrange(len(log.files[name]) + 1)])


def longer(log: RandomLog, rng: random.Random) -> RandomLog:
    """Lengthen one file."""
    name = _pick(log, rng)
    return log.changed(name, log.files[name] + rng.randbytes(rng.choice((1, 2, 32))))


def missing(log: RandomLog, rng: random.Random) -> RandomLog:
    """Remove one file."""
    return log.without(_pick(log, rng))


def exchanged(log: RandomLog, rng: random.Random) -> RandomLog:
    """Exchange two files."""
    one, two = _pick(log, rng), _pick(log, rng)
    return replace(log, files=log.files | {one: log.files[two], two: log.files[one]})


def leaf_rewritten(log: RandomLog, rng: random.Random) -> RandomLog:
    """Rewrite one leaf with all tiles above it; only the head knows."""
    if not log.size:
        return log.signed(Checkpoint(log.signer.name, 0, rng.randbytes(32)).text)
    place = rng.randrange(log.size)
    leaves = (*log.leaves[:place], rng.randbytes(32), *log.leaves[place + 1 :])
    tree = MemoryTree([leaf_hash(leaf) for leaf in leaves])
    return replace(log, files=folder_of(leaves, tree, log.size) | {"checkpoint": log.files["checkpoint"]})


def forked(log: RandomLog, rng: random.Random) -> RandomLog:
    """Let the verifier have kept a head of another history."""
    return replace(log, known={"size": rng.randrange(1, log.size + 2), "root": rng.randbytes(32).hex()})


def shrunk(log: RandomLog, rng: random.Random) -> RandomLog:
    """Let the verifier have kept a larger head: the log was cut since."""
    return replace(log, known={"size": log.size + rng.randrange(1, 9), "root": rng.randbytes(32).hex()})


def another_key(log: RandomLog, _: random.Random) -> RandomLog:
    """Sign with another key under the log's name."""
    return replace(log, signer=Signer(log.signer.name, b"f" * 32)).signed(_text(log), cosigned=True)


def witness_only(log: RandomLog, _: random.Random) -> RandomLog:
    """Leave out the log's own signature."""
    return log.changed("checkpoint", sign_note(_text(log), WITNESS, time=NOW).encode())


def not_cosigned(log: RandomLog, _: random.Random) -> RandomLog:
    """Leave out the witness, whom only the public log needs."""
    return log.signed(_text(log), cosigned=False)


def odd_spelling(log: RandomLog, rng: random.Random) -> RandomLog:
    """Sign a head that is not spelled as heads are."""
    good = hash_text(root(log.size, log.tree.read))
    name = log.signer.name
    odd = (
        f"{name}\n0{log.size}\n{good}\n",
        f"{name}\n+{log.size}\n{good}\n",
        f"{name}\n{log.size}\n{good.rstrip('=')}\n",
        f"{name}\n{log.size}\n{good[:-2]}{'B' if good[-2] != 'B' else 'C'}=\n",
        f"{name}\n{log.size}\n",
        f"{name}\n{log.size}\n\n{good}\n",
        f"{LOG.name if log.signer is PUBLIC else PUBLIC.name}\n{log.size}\n{good}\n",
        f"{name} \n{log.size}\n{good}\n",
    )
    return log.signed(rng.choice(odd))


def enormous_head(log: RandomLog, rng: random.Random) -> RandomLog:
    """Sign a head of a size that nobody could hold; both must refuse it without counting up to it."""
    size = rng.randrange(2**40, 10**18)
    return log.signed(Checkpoint(log.signer.name, size, rng.randbytes(32)).text)


def odd_note(log: RandomLog, rng: random.Random) -> RandomLog:
    """Bend the note around a good text."""
    note = log.files["checkpoint"].decode()
    bent = (
        note.replace("\n", "\r\n"),
        note.replace("\u2014", "-"),
        note.replace("\n\n", "\n"),
        note + "\n",
        note[:-1],
        "\n" + note,
        note.replace("=\n", "\n"),
        note.replace("\u2014 ", "\u2014  "),
    )
    return log.changed("checkpoint", rng.choice(bent).encode())


def odd_file(log: RandomLog, rng: random.Random) -> RandomLog:
    """Add a file whose name no log has."""
    names = ("tile/0/0", "tile/0/000.p/256", "tile/64/000", "tile/0/x000/001", "tile/readme", "tile/0/000.p/0")
    return log.changed(rng.choice(names), rng.randbytes(32))


def false_older_part(log: RandomLog, rng: random.Random) -> RandomLog:
    """Leave an older partial file that does not begin what grew from it."""
    width = rng.randrange(1, 255)
    return log.changed(f"tile/0/000.p/{width}", rng.randbytes(32 * width))


SOUND: tuple[Change, ...] = (
    nothing,
    older_head_known,
    older_parts_kept,
    smaller_head,
    unfinished_file,
    strangers_sign_too,
    extension_line,
    signed_twice,
)
HARMFUL: tuple[Change, ...] = (
    flip,
    flip,
    cut,
    longer,
    missing,
    exchanged,
    leaf_rewritten,
    forked,
    shrunk,
    another_key,
    witness_only,
    not_cosigned,
    odd_spelling,
    enormous_head,
    odd_note,
    odd_file,
    false_older_part,
)
TRUST_BYTES = TRUST.data
