"""The vault process, the web processes and everybody else as Unix users of their own, as docs/operate/start.md says."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.functional.conftest import free_port_block
from tests.functional.live import DOMAIN, command, founding, write_files

from safeconduct.cli.demonstration.certificates import new_authority, write_server_certificate
from safeconduct.core.base.configuration import FACES

VAULT, WEB, STRANGER, TLS_GROUP = 64_001, 64_002, 64_003, 64_000
OWNERS = {"vault": VAULT, "run": VAULT, "outbox": VAULT, "state": WEB, "ledger": WEB, "public": WEB, "web.secret": WEB}
PRIVATE = {"vault", "state"}
MAIN = [sys.executable, "-m", "safeconduct.cli.main"]


def may_read_the_program() -> bool:
    if os.getuid() != 0:
        return False
    tried = subprocess.run([sys.executable, "-c", "import safeconduct.cli.main"], user=STRANGER, check=False)
    return tried.returncode == 0


pytestmark = [
    pytest.mark.second_user,
    pytest.mark.skipif(not may_read_the_program(), reason="needs root, and a checkout that other users may read"),
]


def hand_over(root: Path) -> None:
    """Give every folder to the user who writes it, as the guide's table says."""
    root.chmod(0o711)
    (root / "safeconduct.toml").chmod(0o644)
    (root / "ledger").mkdir()
    for name, owner in OWNERS.items():
        for path in (root / name, *(root / name).rglob("*")):
            os.chown(path, owner, owner)
        if (root / name).is_dir():
            (root / name).chmod(0o700 if name in PRIVATE else 0o755)
    for path in (root / "tls", *(root / "tls").iterdir()):
        os.chown(path, 0, TLS_GROUP)
        path.chmod(0o750 if path.is_dir() else 0o640)


@dataclass(frozen=True)
class Apart:
    """A live instance whose parts run under their own users."""

    folder: Path
    root: Path

    @property
    def path(self) -> Path:
        return self.root / "safeconduct.toml"

    def run(self, user: int, *words: object) -> subprocess.CompletedProcess[str]:
        line = [*MAIN, *map(str, words), "--config", str(self.path)]
        return subprocess.run(
            line, user=user, group=user, extra_groups=[TLS_GROUP], capture_output=True, text=True, check=False, cwd="/"
        )


def serve(stack: ExitStack, user: int, *words: object) -> None:
    """Start a part as ``user`` and wait for its line."""
    line = [*MAIN, *map(str, words)]
    child = subprocess.Popen(
        line, user=user, group=user, extra_groups=[TLS_GROUP], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, cwd="/",
    )  # fmt: skip
    stack.enter_context(child)
    stack.callback(child.terminate)
    assert child.stdout is not None
    assert json.loads(child.stdout.readline()), words


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    folder = Path(tempfile.mkdtemp(prefix="sc-"))
    root = folder / "i"
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o711)
        write_files(folder)
        done = command(*founding(folder, root, free_port_block()), "--witnesses", folder / "witnesses.json")
        assert done.returncode == 0, done.stderr
        keys = json.loads(done.stdout)["keys"]
        hosts = [f"{face}.{DOMAIN}" for face in FACES]
        write_server_certificate(root / "tls", authority=new_authority(), hosts=hosts)
        hand_over(root)
        state = folder / "witness"
        state.mkdir()
        (state / "logs").write_text(f"{keys['log']}\n{keys['public_log']}\n", "utf-8")
        for path in (state, state / "logs", folder / "witness.key", folder / "passphrases.json"):
            os.chown(path, VAULT, VAULT)
        (folder / "passphrases.json").chmod(0o600)
        (folder / "people.json").chmod(0o644)
        given = ["--passphrase-file", folder / "passphrases.json"]
        serve(stack, VAULT, "vaultd", "--config", root / "safeconduct.toml", *given, "--allow-uid", str(WEB))
        witness = ["--key", folder / "witness.key", "--state", state, "--socket", root / "run" / "witness.sock"]
        serve(stack, VAULT, "witness", *witness, "--json")
        yield Apart(folder, root)


def test_the_web_user_does_its_work(apart: Apart) -> None:
    enrolled = apart.run(WEB, "people", "enrol", apart.folder / "people.json")
    assert enrolled.returncode == 0, enrolled.stderr
    ticked = apart.run(WEB, "worker", "--once", "--json")
    assert ticked.returncode == 0, ticked.stdout + ticked.stderr
    assert set(json.loads(ticked.stdout).values()) == {"done"}


def test_another_user_is_told_nothing_by_the_vault(apart: Apart) -> None:
    known, strange = (apart.run(user, "keys", "status", "--json") for user in (WEB, STRANGER))
    assert known.returncode == 0, known.stderr
    assert json.loads(known.stdout)["sealed"] is False
    assert strange.returncode != 0
    assert "heads" not in strange.stdout


READ = [sys.executable, "-c", "import sys; open(sys.argv[1], 'rb').read()"]
LOOK = "import os, sys; os.listdir(sys.argv[1])"


@pytest.mark.parametrize(("user", "name", "allowed"), [
    (WEB, "vault", False), (STRANGER, "vault", False), (VAULT, "vault", True),
    (VAULT, "state", False), (STRANGER, "state", False), (WEB, "state", True),
    (STRANGER, "tls", False),
])  # fmt: skip
def test_each_user_sees_its_own_folders_only(apart: Apart, user: int, name: str, allowed: bool) -> None:  # noqa: FBT001 - a table of cases
    line = [sys.executable, "-c", LOOK, str(apart.root / name)]
    looked = subprocess.run(line, user=user, group=user, capture_output=True, check=False, cwd="/")
    assert (looked.returncode == 0) is allowed


def test_the_web_user_cannot_read_the_passphrases_or_the_key_file(apart: Apart) -> None:
    paths = [apart.folder / "passphrases.json", *(path for path in (apart.root / "vault").rglob("*") if path.is_file())]
    assert len(paths) > 2
    for path in paths:
        tried = [
            subprocess.run(
                [*READ, str(path)], user=user, group=user, capture_output=True, check=False, cwd="/"
            ).returncode
            for user in (WEB, VAULT)
        ]
        assert tried[0] != 0, path.name
        assert tried[1] == 0, f"control: {path.name}"
