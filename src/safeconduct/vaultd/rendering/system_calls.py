"""The system calls that are left to the rendering child, as a seccomp filter in the kernel's own code (BPF).

Reading and writing what is open already, memory that cannot be executed, time and the end: nothing else. What only an
attacker asks for ends the process; anything further fails as not permitted, since a font library may ask for files.
"""

import platform
import struct
import sys
from dataclasses import dataclass

NUMBER_AT, MACHINE_AT, THIRD_ARGUMENT_AT = 0, 4, 32
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, JUMP_IF_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
KILL, ALLOW, NOT_PERMITTED = 0x80000000, 0x7FFF0000, 0x00050000 | 1
EXECUTABLE = 4
OTHER_NUMBERS = 0x40000000
"""Where the numbers of the x32 interface begin, by which a filter could be passed."""
INSTRUCTION = struct.Struct("=HBBI")


@dataclass(frozen=True)
class Machine:
    """A processor's number in the audit interface, and its system calls' numbers."""

    audit: int
    allowed: dict[str, int]
    mapping: dict[str, int]
    fatal: dict[str, int]


X86_64 = Machine(
    audit=0xC000003E,
    allowed={
        "read": 0,
        "write": 1,
        "close": 3,
        "fstat": 5,
        "lseek": 8,
        "munmap": 11,
        "brk": 12,
        "rt_sigaction": 13,
        "rt_sigprocmask": 14,
        "rt_sigreturn": 15,
        "sched_yield": 24,
        "mremap": 25,
        "madvise": 28,
        "getpid": 39,
        "exit": 60,
        "gettimeofday": 96,
        "getrusage": 98,
        "sigaltstack": 131,
        "gettid": 186,
        "futex": 202,
        "restart_syscall": 219,
        "clock_gettime": 228,
        "exit_group": 231,
        "getrandom": 318,
    },
    mapping={"mmap": 9, "mprotect": 10},
    fatal={
        "socket": 41,
        "connect": 42,
        "accept": 43,
        "bind": 49,
        "listen": 50,
        "socketpair": 53,
        "clone": 56,
        "fork": 57,
        "vfork": 58,
        "execve": 59,
        "ptrace": 101,
        "prctl": 157,
        "mount": 165,
        "unshare": 272,
        "perf_event_open": 298,
        "setns": 308,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "seccomp": 317,
        "memfd_create": 319,
        "bpf": 321,
        "execveat": 322,
        "userfaultfd": 323,
        "io_uring_setup": 425,
        "clone3": 435,
    },
)
AARCH64 = Machine(
    audit=0xC00000B7,
    allowed={
        "close": 57,
        "lseek": 62,
        "read": 63,
        "write": 64,
        "fstat": 80,
        "exit": 93,
        "exit_group": 94,
        "futex": 98,
        "clock_gettime": 113,
        "sched_yield": 124,
        "restart_syscall": 128,
        "sigaltstack": 132,
        "rt_sigaction": 134,
        "rt_sigprocmask": 135,
        "rt_sigreturn": 139,
        "getrusage": 165,
        "gettimeofday": 169,
        "getpid": 172,
        "gettid": 178,
        "brk": 214,
        "munmap": 215,
        "mremap": 216,
        "madvise": 233,
        "getrandom": 278,
    },
    mapping={"mmap": 222, "mprotect": 226},
    fatal={
        "mount": 40,
        "unshare": 97,
        "ptrace": 117,
        "prctl": 167,
        "socket": 198,
        "socketpair": 199,
        "bind": 200,
        "listen": 201,
        "accept": 202,
        "connect": 203,
        "clone": 220,
        "execve": 221,
        "perf_event_open": 241,
        "setns": 268,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "seccomp": 277,
        "memfd_create": 279,
        "bpf": 280,
        "execveat": 281,
        "userfaultfd": 282,
        "io_uring_setup": 425,
        "clone3": 435,
    },
)
MACHINES = {"x86_64": X86_64, "aarch64": AARCH64}


def this_machine() -> Machine | None:
    """Return the table of this processor, or None where there is none: then nothing is drawn here."""
    wide = sys.maxsize > 2**32
    return MACHINES.get(platform.machine()) if wide and sys.byteorder == "little" else None


def program(machine: Machine) -> bytes:
    """Return the filter as the kernel takes it."""
    code = [
        (LOAD, 0, 0, MACHINE_AT),
        (JUMP_IF_EQUAL, 1, 0, machine.audit),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        (JUMP_IF_AT_LEAST, 0, 1, OTHER_NUMBERS),
        (RETURN, 0, 0, KILL),
    ]
    for number in sorted(machine.allowed.values()):
        code += [(JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    for number in sorted(machine.fatal.values()):
        code += [(JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, KILL)]
    for number in sorted(machine.mapping.values()):
        code += [
            (JUMP_IF_EQUAL, 0, 4, number),
            (LOAD, 0, 0, THIRD_ARGUMENT_AT),
            (JUMP_IF_ANY_BIT, 0, 1, EXECUTABLE),
            (RETURN, 0, 0, NOT_PERMITTED),
            (RETURN, 0, 0, ALLOW),
        ]
    code.append((RETURN, 0, 0, NOT_PERMITTED))
    return b"".join(INSTRUCTION.pack(*one) for one in code)
