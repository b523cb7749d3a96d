"""Give up every right, in layers; none comes back. The filter of system calls is the layer that is never left out.

1. Limits of memory, processor time, files and processes; all descriptors but the two pipes closed.
2. Where the kernel allows it, namespaces of its own: no network, no other process, and an empty folder as root.
3. Root becomes nobody; no capability stays; no program can give rights back.
4. Where the kernel has it, Landlock: no file, no port.
5. The filter: no file, no socket, no program, no process (``system_calls``). Without it nothing is drawn.
"""

import ctypes
import os
import resource
import signal
import struct
from contextlib import suppress
from enum import IntFlag, auto
from pathlib import Path

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.vaultd.rendering.system_calls import INSTRUCTION, Machine, program, this_machine

NEW_USER, NEW_MOUNT, NEW_UTS, NEW_IPC, NEW_PROCESS, NEW_NETWORK = (
    0x10000000,
    0x00020000,
    0x04000000,
    0x08000000,
    0x20000000,
    0x40000000,
)
SPACES = NEW_MOUNT | NEW_UTS | NEW_IPC | NEW_PROCESS | NEW_NETWORK
PRIVATE_TREE, BARE = 0x44000, 0x0F
SET_DEATH_SIGNAL, SET_DUMPABLE, SET_SECCOMP, SET_NO_NEW_PRIVS, FILTER = 1, 4, 22, 38, 2
CAPABILITY_VERSION = 0x20080522
CREATE_RULESET, RESTRICT_SELF = 444, 446
FILES_V1, FILES_V2, FILES_V3, FILES_V5 = (1 << 13) - 1, 1 << 13, 1 << 14, 1 << 15
PORTS_FROM, SCOPES_FROM = 4, 6
NOBODY = 65534
EMPTY_PLACE = b"/tmp"
"""What is covered with an empty file system, in a namespace of its own; nothing is written there."""
EXTRA_CPU_SECONDS = 1


class Layer(IntFlag):
    """A layer that stands."""

    LIMITS = auto()
    NAMESPACES = auto()
    EMPTY_ROOT = auto()
    NOBODY = auto()
    NO_CAPABILITY = auto()
    LANDLOCK = auto()
    FILTER = auto()


class NotEnclosedError(Exception):
    """The filter of system calls cannot be installed here."""


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def enclose(limits: UploadLimits) -> Layer:
    """Give up every right for good and return the layers that stand; raises ``NotEnclosedError`` without the filter."""
    machine, libc = this_machine(), ctypes.CDLL(None, use_errno=True)
    if machine is None:
        raise NotEnclosedError
    standing = Layer.LIMITS
    _limit(limits)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    if _own_spaces(libc):
        standing |= Layer.NAMESPACES
        if _empty_root(libc):
            standing |= Layer.EMPTY_ROOT
    if _become_nobody():
        standing |= Layer.NOBODY
    _prctl(libc, SET_DUMPABLE, 0)
    _prctl(libc, SET_DEATH_SIGNAL, signal.SIGKILL)
    if _drop_capabilities(libc):
        standing |= Layer.NO_CAPABILITY
    if not _prctl(libc, SET_NO_NEW_PRIVS, 1):
        raise NotEnclosedError
    if _landlock(libc):
        standing |= Layer.LANDLOCK
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    _install(libc, machine)
    return standing | Layer.FILTER


def _limit(limits: UploadLimits) -> None:
    seconds, memory = limits.child_cpu_seconds, limits.child_memory_bytes
    for what, most in (
        (resource.RLIMIT_CPU, (seconds, seconds + EXTRA_CPU_SECONDS)),
        (resource.RLIMIT_AS, (memory, memory)),
        (resource.RLIMIT_FSIZE, (0, 0)),
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_NPROC, (0, 0)),
        (resource.RLIMIT_MEMLOCK, (0, 0)),
        (resource.RLIMIT_MSGQUEUE, (0, 0)),
    ):
        hard = resource.getrlimit(what)[1]
        fits = hard == resource.RLIM_INFINITY or most[1] <= hard
        resource.setrlimit(what, most if fits else (min(most[0], hard), hard))


def _prctl(libc: ctypes.CDLL, what: int, value: int) -> bool:
    return bool(libc.prctl(what, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)) == 0)


def _own_spaces(libc: ctypes.CDLL) -> bool:
    """Leave every namespace: at once as an ordinary user with one of its own, or as root without."""
    user, group = os.getuid(), os.getgid()
    if os.geteuid() == 0 and libc.unshare(SPACES) == 0:
        return True
    if libc.unshare(NEW_USER | SPACES) != 0:
        return False
    with suppress(OSError):
        # Without a map the kernel calls us nobody, which serves as well; the map lets an empty root be mounted.
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")
    return True


def _empty_root(libc: ctypes.CDLL) -> bool:
    libc.mount(b"none", b"/", None, ctypes.c_ulong(PRIVATE_TREE), None)
    if libc.mount(b"none", EMPTY_PLACE, b"tmpfs", ctypes.c_ulong(BARE), b"size=4k,nr_inodes=1,mode=0555") != 0:
        return False
    try:
        os.chdir(EMPTY_PLACE)
        os.chroot(".")
        os.chdir("/")
    except OSError:
        return False
    return True


def _become_nobody() -> bool:
    if os.getuid() != 0:
        return True
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        return False
    return True


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    head, none = struct.pack("=Ii", CAPABILITY_VERSION, 0), bytes(24)
    return bool(libc.capset(head, none) == 0)


def _landlock(libc: ctypes.CDLL) -> bool:
    call = libc.syscall
    call.restype = ctypes.c_long
    version = call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(1))
    if version < 1:
        return False
    later = ((2, FILES_V2), (3, FILES_V3), (5, FILES_V5))
    files = FILES_V1 | sum(right for since, right in later if version >= since)
    rights = [files, 3 if version >= PORTS_FROM else 0, 3 if version >= SCOPES_FROM else 0]
    kept = 3 if version >= SCOPES_FROM else 2 if version >= PORTS_FROM else 1
    rules = struct.pack(f"={kept}Q", *rights[:kept])
    ruleset = call(CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), ctypes.c_uint(0))
    if ruleset < 0:
        return False
    stands = call(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint(0)) == 0
    os.close(ruleset)
    return bool(stands)


def _install(libc: ctypes.CDLL, machine: Machine) -> None:
    code = program(machine)
    kept = ctypes.create_string_buffer(code, len(code))
    filtering = _Filter(len(code) // INSTRUCTION.size, ctypes.cast(kept, ctypes.c_void_p))
    if libc.prctl(SET_SECCOMP, ctypes.c_ulong(FILTER), ctypes.byref(filtering)) != 0:
        raise NotEnclosedError
