"""A real vault process, driven over its socket and its two TLS origins."""

import json
import os
import socket
import ssl
import subprocess
import sys
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vaultd.running import Process, running
from tests.vaultd.story import CUSTODIANS, MATTER, conduct_body

from safeconduct.core.conduct.software_passkey import SoftwarePasskey


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with running(tmp_path_factory.mktemp("vault") / "instance") as made:
        yield made


def test_it_says_where_it_listens_and_is_open(process: Process) -> None:
    assert process.ready["ready"]
    status, answer = process.call("status")
    assert status == 200
    assert answer["sealed"] is False
    assert answer["heads"]["private"]["size"] == len(process.story.log.openings)


def test_an_unknown_call_and_an_unknown_member_are_refused(process: Process) -> None:
    assert process.call("open_everything")[0] == 400
    assert process.call("status", please=True)[0] == 400
    assert process.call("status", raw=b"{")[0] == 400


def test_a_paper_is_sealed_and_read_back_only_with_a_grant(process: Process) -> None:
    data = b64encode(b"%PDF-1.7 the paper").decode()
    _, sealed = process.call("seal", kind="paper", owner={"matter": MATTER}, data=data)
    status, answer = process.call("read_case", matter=MATTER, grant="f" * 32, objects=[sealed["object"]])
    assert (status, answer["error"]["code"]) == (403, "SC-GRANT")
    stored = list(process.story.configuration.vault_store.rglob("*.sealed"))
    assert stored
    assert all(b"the paper" not in path.read_bytes() for path in stored)


def test_signing_on_the_approve_origin_with_a_passkey_and_by_one_click(process: Process) -> None:
    body = conduct_body(process.story, edition=process.call("status")[1]["edition"])
    _, proposed = process.call("propose", kind="safe-conduct", body=body)
    digest = proposed["digest"]
    answer, content = process.page("approve", "GET", f"/a/{digest}")
    assert answer.status == 403
    assert b"Sign in" in content
    _, content = process.page("approve", "GET", f"/a/{digest}/challenge?person=ravi", Accept="application/json")
    offer = json.loads(content)
    passkey = SoftwarePasskey.from_json(process.story.passkeys["ravi"]["approve"].to_json())
    challenge = urlsafe_b64decode(offer["challenge"] + "==")
    assertion = passkey.assertion(challenge=challenge, origin=process.story.configuration.faces["approve"].origin)
    sent = {"person": "ravi", "assertion": assertion}
    answer, content = process.page("approve", "POST", f"/a/{digest}/approve", value=sent)
    assert answer.status == 200, content
    answer, content = process.page("approve", "POST", f"/a/{digest}/approve", value=sent)
    assert answer.status == 409
    answer, _ = process.page("approve", "POST", "/sign-in", form={"person": "ines", "demonstration": "1"})
    assert answer.status == 303
    answer, content = process.page("approve", "GET", f"/a/{digest}")
    sheet = content.decode()
    assert "Let data about one telephone number be sealed for" in sheet
    assert "Ravi Tester, counsel" in sheet
    assert "Sign with your passkey" in sheet
    form = {"person": "ines", "demonstration": "1"}
    answer, _ = process.page("approve", "POST", f"/a/{digest}/approve", form=form)
    assert answer.status == 303
    assert process.call("approvals", digest=digest)[1]["state"] == "approved"


def test_the_pages_allow_no_foreign_script_and_no_other_origin(process: Process) -> None:
    answer, _ = process.page("approve", "GET", "/sign-in")
    policy = answer.getheader("Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    refused, _ = process.page("approve", "POST", "/sign-out", form={}, Origin="https://evil.example")
    assert refused.status == 403
    wrong, _ = process.page("approve", "GET", "/sign-in", Host="evil.example")
    assert wrong.status == 403


def test_tls_below_1_3_is_refused(process: Process) -> None:
    context = ssl.create_default_context(cafile=str(process.story.configuration.tls / "ca.pem"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    at = process.story.configuration.faces["open"]
    with socket.create_connection(("127.0.0.1", at.port), 20) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname=at.host)


def test_a_grant_returns_to_the_desk_and_nowhere_else(process: Process) -> None:
    desk = process.story.configuration.faces["desk"].origin
    bad, _ = process.page("open", "GET", f"/case/{MATTER}/grant?return=https://evil.example/")
    assert bad.status == 400
    asked, content = process.page("open", "GET", f"/case/{MATTER}/grant?return={desk}/m/1")
    assert asked.status == 200
    assert b"quarter of an hour" in content
    form = {"person": "aline", "demonstration": "1", "return": f"{desk}/m/1?a=b"}
    given, _ = process.page("open", "POST", f"/case/{MATTER}/grant", form=form)
    assert given.status == 303
    assert given.getheader("Location").startswith(f"{desk}/m/1?a=b&grant=")


def test_an_officer_gets_no_reading_grant(process: Process) -> None:
    form = {"person": "officer-1", "demonstration": "1"}
    answer, _ = process.page("open", "POST", f"/case/{MATTER}/grant", form=form)
    assert answer.status == 403


@pytest.mark.second_user
@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become another user")
def test_another_unix_user_is_refused(process: Process) -> None:
    program = (
        "import socket,os,sys; os.setgid(65534); os.setuid(65534); s=socket.socket(socket.AF_UNIX);"
        "s.connect(sys.argv[1]);"
        "s.sendall(b'POST /v1/status HTTP/1.1\\r\\nHost: vault\\r\\nContent-Length: 2\\r\\n\\r\\n{}');"
        "print(s.recv(999))"
    )
    folder = process.story.configuration.socket
    # The other user must be able to walk to the socket; what stops him has to be the vault, not the folders.
    for parent in folder.parents:
        if parent.owner() == folder.owner() and parent != Path(parent.anchor):
            parent.chmod(parent.stat().st_mode | 0o011)
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, timeout=20, check=False
    )
    assert "SC-CALLER" in done.stdout or "403" in done.stdout, done.stderr


def test_one_person_seals_it_and_two_unseal_it(process: Process) -> None:
    assert process.call("seal_vault") == (200, {"sealed": True})
    status, answer = process.call("directory_names", objects=[])
    assert (status, answer["error"]["code"]) == (503, "SC-SEALED")
    sealed, _ = process.page("approve", "GET", "/")
    assert sealed.status == 503
    assert process.call("unseal", custodian="ada", passphrase=CUSTODIANS["ada"])[1]["sealed"]
    assert process.call("unseal", custodian="ada", passphrase=CUSTODIANS["ada"])[1]["sealed"]
    assert not process.call("unseal", custodian="ben", passphrase=CUSTODIANS["ben"])[1]["sealed"]


def test_callers_who_dawdle_neither_stop_others_nor_the_end(process: Process) -> None:
    at = process.story.configuration.faces["approve"]
    context = ssl.create_default_context(cafile=str(process.story.configuration.tls / "ca.pem"))
    half = context.wrap_socket(socket.create_connection(("127.0.0.1", at.port), 20), server_hostname=at.host)
    half.sendall(b"GET /sign-in HT")
    process.loose.append(half)
    answer, _ = process.page("approve", "GET", "/sign-in")
    assert answer.status == 200
