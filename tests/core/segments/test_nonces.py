"""No key of AES-GCM ever seals two different things under one nonce, not even when the source of randomness repeats."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.core.segments.conftest import Keys, make_rows

from safeconduct.core.segments import blocks, pages
from safeconduct.core.segments.writer import write_segment

Sealed = list[tuple[bytes, bytes, bytes]]


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> Sealed:
    """Every (key, nonce, plaintext) that the engine seals."""
    seen: Sealed = []

    class Watched:
        def __init__(self, key: bytes) -> None:
            self.key, self.cipher = key, AESGCM(key)

        def seal(self, nonce: bytes, data: bytes, aad: bytes) -> bytes:
            seen.append((self.key, nonce, bytes(data)))
            return self.cipher.encrypt(nonce, data, aad)

    for module in (blocks, pages):
        monkeypatch.setattr(module, "Gcm256", Watched)
    return seen


def reused(seen: Sealed) -> int:
    texts: dict[tuple[bytes, bytes], set[bytes]] = {}
    for key, nonce, data in seen:
        texts.setdefault((key, nonce), set()).add(data)
    return sum(len(found) > 1 for found in texts.values())


def write(folder: Path, seed: int, randomness: Callable[[int], bytes]) -> None:
    rows = make_rows("calls", 5000, seed=seed)
    write_segment(folder, rows, table="calls", segment="one", keys=Keys(), randomness=randomness)


def test_attempts_with_a_repeating_source_share_no_nonce(tmp_path: Path, sealed: Sealed) -> None:
    for number, seed in enumerate((1, 2, 3)):
        write(tmp_path / str(number), seed, bytes)
    assert len(sealed) > 20
    assert len({key for key, _, _ in sealed}) > 10
    assert reused(sealed) == 0


def test_the_control_finds_a_reused_nonce(tmp_path: Path, sealed: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safeconduct.core.segments.writer.fresh_salt", lambda *_: bytes(32))
    for number, seed in enumerate((1, 2)):
        write(tmp_path / str(number), seed, bytes)
    assert reused(sealed) > 5
