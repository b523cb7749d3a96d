"""The epoch file: the KEKs over every other key, each wrapped under the root key, in a file of their own.

They lie outside the store on purpose. A copy of the store, however old, opens only with an epoch KEK; once that is
gone from this one small file, and from its listed copies, the copy opens for nobody. Format:
``docs/formats/epoch-file.md``.
"""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from safeconduct.core.base.canonical import canonical_json, parse_canonical
from safeconduct.core.base.errors import DamagedError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import PeriodError, instant_text, parse_instant
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.keys import Context, new_key, unwrap, wrap
from safeconduct.vaultd import durable

FORMAT = "safeconduct/epoch-file/v1"
NAME = re.compile(r"epoch/(\d{4}-\d{2})(?:/([1-9]\d*))?")


class EpochFileError(DamagedError):
    """The epoch file is damaged, or it is not the one of this root key."""

    code = "SC-EPOCH-FILE"
    cure = "Put back the newest copy from the escrow list (docs/operate/rotate-keys.md). Without it nothing opens."


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """One KEK in memory, and its forms in the file: one for each root key while the root changes, else one."""

    name: str
    began: datetime
    kek: bytes = field(repr=False)
    wrapped: tuple[bytes, ...]


def month_of(name: str) -> str:
    """Return the month in an epoch's name."""
    found = NAME.fullmatch(name)
    if found is None:
        raise EpochFileError(f"{name[:40]!r} is no name of an epoch.")
    return found[1]


def next_name(newest: str | None, now: datetime) -> str:
    """Return the name of the epoch that would begin now: ``epoch/2026-07``, then ``epoch/2026-07/2``."""
    month = f"{now:%Y-%m}"
    if newest is None or month_of(newest) < month:
        return f"epoch/{month}"
    found = NAME.fullmatch(newest)
    number = int(found[2] or 1) if found is not None else 1
    return f"epoch/{month_of(newest)}/{number + 1}"


class Epochs:
    """The epochs that are alive, oldest first. New keys are wrapped under the last one."""

    def __init__(self, *, path: Path, root: bytes, randomness: Randomness) -> None:
        """Read the file, if there is one, and open every epoch; raises ``EpochFileError``."""
        self._path = path
        self._root = root
        self._randomness = randomness
        self._alive = _read(path, root) if path.exists() else ()

    @property
    def alive(self) -> tuple[Epoch, ...]:
        """Return every epoch that is not destroyed, oldest first."""
        return self._alive

    @property
    def newest(self) -> Epoch | None:
        """Return the epoch for new keys; None before the first."""
        return self._alive[-1] if self._alive else None

    def holds_root(self, key: bytes) -> bool:
        """Return whether ``key`` is the root key."""
        return hmac.compare_digest(key, self._root)

    def unwrap(self, wrapped: bytes, context: Context) -> bytes:
        """Return a key that is wrapped under the root key itself; raises ``SealError``."""
        return unwrap(self._root, wrapped, context)

    @property
    def newest_root(self) -> bool:
        """Return whether the root key is the one that every epoch was wrapped under last."""
        return all(_opened(self._root, one.name, one.wrapped[-1:]) is not None for one in self._alive)

    def find(self, name: str) -> Epoch | None:
        """Return a living epoch by name."""
        return next((one for one in self._alive if one.name == name), None)

    def begin(self, name: str, now: datetime) -> Epoch:
        """Make a new epoch, on the disk when this returns; one that is there already is returned."""
        return self.find(name) or self.adopt(name, new_key(self._randomness), now)

    def adopt(self, name: str, kek: bytes, began: datetime) -> Epoch:
        """Take in an epoch whose KEK exists."""
        made = Epoch(name=name, began=began, kek=kek, wrapped=(self._wrap(self._root, name, kek),))
        self._keep((*self._alive, made))
        return made

    def only(self, names: Iterable[str]) -> int:
        """Destroy every epoch but the named ones and return how many; the old bytes are overwritten."""
        kept = tuple(one for one in self._alive if one.name in set(names))
        gone = len(self._alive) - len(kept)
        if gone:
            self._keep(kept)
        return gone

    def also_under(self, root: bytes) -> None:
        """Wrap every epoch under a second root key too: until the key file is replaced, either one opens."""
        both = [replace(one, wrapped=(one.wrapped[0], self._wrap(root, one.name, one.kek))) for one in self._alive]
        self._keep(tuple(both))

    def only_under(self, root: bytes) -> None:
        """Forget the forms under every other root key."""
        self._root = root
        if any(len(one.wrapped) > 1 or _opened(root, one.name, one.wrapped) is None for one in self._alive):
            self._keep(tuple(replace(one, wrapped=(self._wrap(root, one.name, one.kek),)) for one in self._alive))

    def settle(self) -> None:
        """Forget what a change of the root that was broken off left."""
        self.only_under(self._root)

    def _wrap(self, root: bytes, name: str, kek: bytes) -> bytes:
        return wrap(root, kek, _context(name), self._randomness)

    def _keep(self, epochs: Sequence[Epoch]) -> None:
        durable.replace_secret(self._path, _encode(epochs))
        self._alive = tuple(epochs)


def _context(name: str) -> dict[str, str | int]:
    return {"room": "vault", "use": "wrapped-key", "owner": name, "version": 1}


def _opened(root: bytes, name: str, forms: Iterable[bytes]) -> bytes | None:
    for form in forms:
        with suppress(SealError):
            return unwrap(root, form, _context(name))
    return None


def _encode(epochs: Iterable[Epoch]) -> bytes:
    listed = [
        {
            "name": one.name,
            "began": instant_text(one.began),
            "wrapped": [b64encode(form).decode("ascii") for form in one.wrapped],
        }
        for one in epochs
    ]
    return canonical_json({"format": FORMAT, "epochs": listed})


def _one(value: dict[str, Any], root: bytes) -> Epoch:
    try:
        name, forms = value["name"], tuple(b64decode(form, validate=True) for form in value["wrapped"])
        began = parse_instant(value["began"])
        month_of(name)
    except (PeriodError, KeyError, TypeError, ValueError) as error:
        raise EpochFileError from error
    kek = _opened(root, name, forms)
    if kek is None:
        raise EpochFileError(f"{name} does not open under this root key.")
    return Epoch(name=name, began=began, kek=kek, wrapped=forms)


def _read(path: Path, root: bytes) -> tuple[Epoch, ...]:
    try:
        value = parse_canonical(path.read_bytes())
        known = set(value) == {"format", "epochs"} and value["format"] == FORMAT
        listed = value["epochs"] if known else None
    except (OSError, DamagedError, KeyError, TypeError) as error:
        raise EpochFileError from error
    if not isinstance(listed, list):
        raise EpochFileError("This is not an epoch file of version 1.")
    return tuple(_one(one, root) for one in listed)
