"""What a parser that was taken over would try: one thing each, inside the enclosure or, as control, outside."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from safeconduct.core.base.upload_limits import UploadLimits

START = """
import ctypes, json, mmap, os, resource, signal, socket, subprocess, sys, threading, time
from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.vaultd.rendering.sandbox import enclose
where, port, file, given, limits = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5]
libc = ctypes.CDLL(None, use_errno=True)
def refuse_errors(value):
    if value == -1:
        raise OSError(ctypes.get_errno(), "refused")
print("{}".format("warm"), file=open(os.devnull, "w"))
parent = os.getppid()
if where == "inside":
    enclose(UploadLimits(**json.loads(limits)))
try:
    """
END = """
    os.write(1, b"did it")
except BaseException as error:
    os.write(1, b"refused: " + type(error).__name__.encode())
os._exit(0)
"""
PROBES = {
    "connect to loopback": "socket.create_connection(('127.0.0.1', port), 5)",
    "send to loopback": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', port))",
    "open a Unix socket": "socket.socket(socket.AF_UNIX)",
    "make a pair of sockets": "socket.socketpair()",
    "listen": "socket.create_server(('127.0.0.1', 0))",
    "read /etc/passwd": "open('/etc/passwd').read()",
    "list the root": "assert os.listdir('/')",
    "ask for a file": "os.stat('/etc/passwd')",
    "read its own process": "open('/proc/self/maps').read()",
    "write a file": "open(file, 'w').write('x')",
    "make a folder": "os.mkdir(file + '.folder')",
    "remove a file": "os.unlink(file + '.there')",
    "change folder": "os.chdir('/')",
    "make a file in memory": "os.memfd_create('x')",
    "read a descriptor left open": "os.read(given, 1)",
    "fork": "os.waitpid(os.fork() or os._exit(0), 0)",
    "start a thread": "threading.Thread(target=int).start()",
    "start a program": "subprocess.run(['/bin/true'], check=True)",
    "become a program": "os.execv('/bin/echo', ['echo', '-n', 'did it'])",
    "be traced": "refuse_errors(libc.ptrace(0, 0, 0, 0))",
    "read its own memory as another's": "refuse_errors(libc.process_vm_readv(os.getpid(), None, 0, None, 0, 0))",
    "signal its parent": "os.kill(parent, 0)",
    "make memory executable": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)",
    "open a new namespace": "refuse_errors(libc.unshare(0x10000000))",
    "loosen its own limits": "resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE))",
    "change a signal's process group": "os.setpgid(0, 0)",
    "take three hundred megabytes": "bytearray(300 * 2**20)",
    "spend more time than it has": "\n    while time.process_time() < 1.5: pass",
}
ROOTS_ONLY = {"trace its parent": "refuse_errors(libc.ptrace(0x4206, parent, 0, 0))"}


def tried(probe: str, where: str, *, port: int, folder: Path, given: int) -> tuple[str, int]:
    """Run one probe and return what it said and how its process ended."""
    (folder / "tried.there").write_text("x")
    limits = json_of(UploadLimits(child_cpu_seconds=1))
    arguments = [where, str(port), str(folder / "tried"), str(given), limits]
    ran = subprocess.run(
        [sys.executable, "-I", "-c", START + probe + END, *arguments],
        capture_output=True,
        pass_fds=(given,),
        check=False,
        timeout=60,
    )
    return ran.stdout.decode(), ran.returncode


def json_of(limits: UploadLimits) -> str:
    """Return limits as the child takes them."""
    return json.dumps(asdict(limits))
