"""A live vault process (no demonstration) under root, and a web process that somebody else has taken over.

The attacker runs as another Unix user. He holds the whole ledger with its salts, so he can record any entry and prove
it; he knows every id and digest that the desk knows; he may call the vault's socket as the web process does.
"""

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.vaultd import story as stage
from tests.vaultd.story import CUSTODIANS, MATTER, ROLES, Story

from safeconduct.core.base.configuration import read_configuration
from safeconduct.core.base.periods import instant_text
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.core.rulebook.book import load
from safeconduct.core.rulebook.letter_templates import load_letters
from safeconduct.core.rulebook.location import shipped
from safeconduct.core.rulebook.sign_offs import SignOffs
from safeconduct.vaultd.setup import initialise
from safeconduct.vaultd.vault import Vault

ATTACKER = 65534
OTHER_MATTER = "9" * 32
JOURNEY = "b" * 32
SECRETS = ("Quillon Markerby", "Tidewater", "q.markerby@example.net", "the sealed words", "another matter's words")
"""What nobody but the holder may ever see."""

Answer = tuple[int, str]
"""HTTP status and error code; ``(0, "EPERM")`` where the kernel refused."""

LAUNCH = """
import argparse, sys
{patch}
from safeconduct.cli.vaultd import add_arguments, run
parser = argparse.ArgumentParser()
add_arguments(parser)
sys.exit(run(parser.parse_args()))
"""


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("vault", timeout=30)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(str(self._path))


@dataclass
class Fortress:
    """The instance, what the web process knows of it, and the attacker's hands."""

    story: Story
    folder: Path
    child: subprocess.Popen[str]
    granted: str
    release: str
    grant: str
    objects: dict[str, str]
    login: SoftwarePasskey
    seen: list[str] = field(default_factory=list)

    def call(self, op: str, **payload: Any) -> tuple[Answer, dict[str, Any]]:
        """Call the socket and remember every byte that came back."""
        connection = SocketConnection(self.story.configuration.socket)
        connection.request("POST", f"/v1/{op}", json.dumps(payload))
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        self.seen.append(text)
        value: dict[str, Any] = json.loads(text)
        return (response.status, value.get("error", {}).get("code", "")), value

    def proof(self, kind: str, *, subject: str = MATTER, person: str = "aline", **facts: Any) -> dict[str, Any]:
        """Record an entry in the attacker's own ledger and prove it."""
        entry = self.story.log.record(kind, subject, person, **facts)
        size = self.call("status")[1]["heads"]["private"]["size"]
        return self.story.log.proof(entry, size)

    def act(self, op: str, kind: str, facts: dict[str, Any], **payload: Any) -> tuple[Answer, dict[str, Any]]:
        return self.call(op, **payload, proof=self.proof(kind, **facts))

    def page(self, face: str, method: str, path: str, value: Any = None) -> tuple[Answer, dict[str, Any]]:
        """Call a page of the vault's own origins as a program."""
        at = self.story.configuration.faces[face]
        context = ssl.create_default_context(cafile=str(self.story.configuration.tls / "ca.pem"))
        plain = socket.create_connection(("127.0.0.1", at.port), 30)
        connection = http.client.HTTPSConnection("127.0.0.1", at.port, context=context, timeout=30)
        connection.sock = context.wrap_socket(plain, server_hostname=at.host)
        headers = {"Host": at.origin.removeprefix("https://"), "Origin": at.origin, "Accept": "application/json"}
        body = None if value is None else json.dumps(value).encode()
        connection.request(method, path, body, headers | {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        connection.close()
        self.seen.append(text)
        try:
            found = json.loads(text)
        except ValueError:
            found = {}
        return (response.status, found.get("error", {}).get("code", "") if isinstance(found, dict) else ""), found

    def body(self, **changes: Any) -> dict[str, Any]:
        """Return a safe-conduct body that lives today."""
        edition = self.call("status")[1]["edition"]
        return live_body(edition) | changes


def live_body(edition: str) -> dict[str, Any]:
    today = datetime.now(UTC)
    body = stage.conduct_body(None, edition=edition)  # type: ignore[arg-type] # the story is read only for an edition
    body["ground"]["as_of"] = f"{today:%Y-%m-%d}"
    body["limits"] = {"expires": instant_text(today.replace(microsecond=0) + timedelta(days=5)), "row_ceiling": 600}
    return body


def free_ports() -> int:
    """Return the first of five neighbouring ports that are free now."""
    for first in range(42100, 60000, 7):
        held = []
        try:
            for place in range(5):
                probe = socket.socket()
                held.append(probe)
                probe.bind(("127.0.0.1", first + place))
        except OSError:
            continue
        finally:
            for probe in held:
                probe.close()
        return first
    raise AssertionError("no free ports")


def lasting_rulebook(folder: Path) -> None:
    """Copy the shipped provisions with reviews far ahead: a live instance reads the real date."""
    shutil.copytree(shipped(), folder)
    for path in folder.rglob("*.toml"):
        path.write_text(re.sub(r"(?m)^review_by = .*$", "review_by = 2099-01-01", path.read_text("utf-8")), "utf-8")


def build(folder: Path) -> tuple[Story, dict[str, Any]]:
    """Make the instance in this process, with one granted lease and one open reading grant."""
    configuration = stage.configuration_in(folder, free_ports())
    path = folder / "safeconduct.toml"
    text = path.read_text("utf-8").partition("[demonstration]")[0]
    path.write_text(text.replace("witness_quorum = 0", "witness_quorum = 1"), "utf-8")
    configuration = read_configuration(path)
    passkeys = stage.passkeys_for(configuration)
    texts = [*load(configuration.rulebook).provisions.values(), *load_letters(configuration.rulebook).versions]
    signed = SignOffs(demonstration=False).signing(texts, name="Signature of a test", day=date(2026, 1, 1))
    configuration.overlay.write_text(signed.text, "utf-8")
    roster = [
        {
            "id": who,
            "name": who,
            "roles": roles,
            "credentials": [key.credential().as_json() for key in passkeys[who].values()],
        }
        for who, roles in ROLES.items()
    ]
    initialise(configuration, custodians=CUSTODIANS, roster=roster, cost=stage.CHEAP)
    stage.write_certificate(configuration.tls, [face.host for face in configuration.faces.values()])
    story = Story(Vault(configuration), configuration, [0.0], passkeys)
    for custodian, passphrase in CUSTODIANS.items():
        story.call("unseal", custodian=custodian, passphrase=passphrase)
    story.enrol_officer()
    story.import_rows("calls", stage.call_rows())
    story.import_rows("subscribers", stage.subscriber_rows())
    known = {"objects": sealed_papers(story), "grant": story.grant()}
    granted = story.call("propose", kind="safe-conduct", body=live_body(story.call("status")["edition"]))["digest"]
    for person in ("ravi", "ines"):
        story.sign(granted, person)
    known |= {"granted": granted, "release": story.collect(granted, JOURNEY)["release_digest"]}
    story.vault.close()
    return story, known


def sealed_papers(story: Story) -> dict[str, str]:
    def seal(kind: str, matter: str, words: str) -> str:
        data = b64encode(words.encode()).decode()
        return str(story.call("seal", kind=kind, owner={"matter": matter}, data=data)["object"])

    item = {
        "selectors": [{"kind": "phone", "value": stage.NUMBER}],
        "categories": ["subscriber"],
        "window": {"from": "2026-02-01T05:00:00Z", "until": "2026-03-01T05:00:00Z"},
    }
    case_file = json.dumps({"scope": [item]})
    return {
        "transcript": seal("transcript", MATTER, "words of a granted matter"),
        "upload": seal("paper", MATTER, "the sealed words"),
        "other": seal("transcript", OTHER_MATTER, "another matter's words"),
        "case_file": seal("case_file", OTHER_MATTER, case_file),
    }


@contextmanager
def fortress(patch: str = "") -> Iterator[Fortress]:
    """Start the vault process as root and let the attacker call it as a web process may; ``patch`` breaks a gate."""
    folder = Path(tempfile.mkdtemp(prefix="sc-web-"))
    folder.chmod(0o711)
    story, known = build(folder / "i")
    passphrases = folder / "custodians.json"
    passphrases.write_text(json.dumps(CUSTODIANS), "utf-8")
    passphrases.chmod(0o600)
    child = subprocess.Popen(
        [sys.executable, "-c", LAUNCH.format(patch=patch), "--config", str(folder / "i" / "safeconduct.toml"),
         "--passphrase-file", str(passphrases), "--allow-uid", "0", "--allow-uid", str(ATTACKER)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    try:
        assert json.loads(child.stdout.readline())["ready"]
        login = SoftwarePasskey.create(rp_id=story.configuration.faces["desk"].host, randomness=os.urandom)
        yield Fortress(story=story, folder=folder, child=child, login=login, **known)
    finally:
        child.terminate()
        child.wait(20)
        child.stdout.close()
        shutil.rmtree(folder)


def as_attacker(work: Callable[[], Any]) -> Any:
    """Run ``work`` in a child under the attacker's Unix user and return its JSON answer."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            os.setgroups([])
            os.setgid(ATTACKER)
            os.setuid(ATTACKER)
            answer = {"answer": work()}
        except BaseException as error:  # noqa: BLE001 - whatever ends the child must reach the test
            answer = {"failed": repr(error)}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = json.loads(pipe.read())
    os.waitpid(pid, 0)
    assert "failed" not in told, told
    return told["answer"]
