"""Nothing is skipped silently: every published file is run or excused, every user of a cryptographic library is known.

And no parallel path: the public functions really call what the vectors ran through.
"""

import ast
import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
from tests.core.segments.conftest import Keys
from tests.vectors import claims, published
from tests.vectors.published import AGE, CHECKOUT, WYCHEPROOF, require_folder

from safeconduct.core.sealing import keyfile, keys, objects, recipients
from safeconduct.core.sealing.blind import blind_index
from safeconduct.core.segments import layout, pages
from safeconduct.core.segments.layout import Place
from safeconduct.core.tlog import notes

HERE = Path(__file__).resolve().parent
SOURCE = CHECKOUT / "src" / "safeconduct"
LIBRARIES = {"cryptography", "pyrage", "fido2", "nacl", "OpenSSL", "Crypto", "argon2"}
KEY = bytes(range(32))


def test_every_published_file_is_run_or_excused() -> None:
    require_folder()
    there = {path.name for path in WYCHEPROOF.iterdir()}
    assert there == set(claims.RUN) | set(claims.NOT_USED)
    assert not set(claims.RUN) & set(claims.NOT_USED)
    for file, suite in claims.RUN.items():
        assert f'"{file.removesuffix("_test.json")}"' in (HERE / suite).read_text("utf-8"), file
    assert all(len(reason.split()) > 5 for reason in claims.NOT_USED.values())
    assert len(list(AGE.iterdir())) == 143
    assert {path.name for path in WYCHEPROOF.parent.iterdir()} == {"README.md", "age", "wycheproof"}


def imported(path: Path) -> set[str]:
    """Return the top names that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_every_user_of_a_cryptographic_library_is_known() -> None:
    users = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py") if imported(path) & LIBRARIES}
    assert len(users) > 5
    assert users <= set(claims.CRYPTOGRAPHY)


def test_sha_256_is_the_only_hash_but_for_the_demonstrations_names() -> None:
    used = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "hashlib":
                used.add((node.attr, path.name if node.attr != "sha256" else ""))
            if isinstance(node, ast.ImportFrom) and node.module == "hashlib":
                used |= {(alias.name, "") for alias in node.names}
    assert used == {("sha256", ""), ("sha384", "primitives.py"), ("shake_256", "names.py")}


class CalledError(Exception):
    """The primitive was reached."""


def reach_gcm() -> None:
    keys.wrap(KEY, KEY, {"use": "test"})


def reach_gcm_of_pages() -> None:
    pages.CustomerPages(Place(table="calls", segment="one", salt=bytes(32)), Keys(), "c").seal(0, b"frame")


def reach_keyfile() -> None:
    cost = keyfile.Cost(memory_kib=8192, passes=1, lanes=1)
    said = {"one": "correct horse battery", "two": "staple of another"}
    keyfile.create(root_key=KEY, passphrases=said, cost=cost)


def reach_note() -> None:
    signer = notes.Signer("log.example", KEY)
    notes.open_note(notes.sign_note("text\n", signer), [signer.verifier])


def reach_age() -> None:
    identity, recipient = recipients.new_identity()
    recipients.decrypt_age(recipients.encrypt_age(b"x", [recipient]), identity)


REACHED: list[tuple[str, ModuleType, str, Callable[[], object]]] = [
    ("AES-256-GCM, wrap", keys, "Gcm256", reach_gcm),
    ("AES-256-GCM, pages", pages, "Gcm256", reach_gcm_of_pages),
    ("one-step KDF, pages", layout, "one_step_sha384", reach_gcm_of_pages),
    ("HKDF, derive", keys, "hkdf_sha512", lambda: keys.derive(KEY, salt=b"", context={})),
    ("HKDF, wrap", keys, "hkdf_sha512", reach_gcm),
    ("HKDF, key file", keyfile, "hkdf_sha512", reach_keyfile),
    ("HMAC, salt", keys, "hmac_sha256", reach_gcm),
    (
        "HMAC, blind index",
        importlib.import_module("safeconduct.core.sealing.blind"),
        "hmac_sha256",
        lambda: blind_index(KEY, "name", "value"),
    ),
    ("Argon2id", keyfile, "argon2id", reach_keyfile),
    ("chunked", objects, "_open_message", lambda: objects.open_sealed(KEY, {}, objects.seal(KEY, {}, b"x"))),
    ("Ed25519, notes", notes, "_holds", reach_note),
    ("age header", recipients, "require_x25519", reach_age),
    (
        "AES-CMAC",
        importlib.import_module("safeconduct.core.segments.tokens"),
        "cmacs",
        lambda: importlib.import_module("safeconduct.core.segments.tokens").tokens(KEY, pa.array(["+12025550100"])),
    ),
]


@pytest.mark.parametrize(("what", "module", "name", "act"), REACHED, ids=[row[0] for row in REACHED])
def test_the_public_function_calls_what_the_vectors_ran_through(
    what: str, module: ModuleType, name: str, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    act()

    def broken(*_: Any, **__: Any) -> Any:
        raise CalledError(what)

    monkeypatch.setattr(module, name, broken)
    with pytest.raises(CalledError):
        act()


def test_an_absent_folder_is_said_and_is_a_failure_where_it_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "FOLDER", tmp_path / "nowhere")
    monkeypatch.delenv(published.REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="no published vectors"):
        published.require_folder()
    monkeypatch.setenv(published.REQUIRED, "1")
    with pytest.raises(pytest.fail.Exception, match="no published vectors"):
        published.require_folder()
