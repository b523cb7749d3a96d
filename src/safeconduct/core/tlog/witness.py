"""A log witness (c2sp.org/tlog-witness): it cosigns a log's head only if the log never took anything back.

Pure: ``judge`` reads a request and the state and answers; the process around it stores the state durably before it
sends the cosignature.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from safeconduct.core.base.errors import BadInputError, SafeconductError
from safeconduct.core.tlog.checkpoint import Checkpoint, hash_text, parse_hash, parse_size
from safeconduct.core.tlog.merkle import EMPTY_ROOT
from safeconduct.core.tlog.notes import ED25519, Note, NoteError, Signer, Verifier, open_note, split_note
from safeconduct.core.tlog.proofs import MAX_PROOF, ProofError, verify_consistency

MAX_REQUEST_BYTES = 65_536
PLAIN = "text/plain; charset=utf-8"
SIZE_TYPE = "text/x.tlog.size"

BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE = 400, 403, 404, 409, 422


@dataclass(frozen=True)
class Seen:
    """The last head of a log that a witness cosigned; size 0 before the first."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True)
class Refused:
    """An answer that cosigns nothing."""

    status: int
    body: str
    content_type: str = PLAIN


@dataclass(frozen=True)
class Accepted:
    """A head to store durably and then cosign."""

    checkpoint: Checkpoint
    note: Note

    @property
    def seen(self) -> Seen:
        """Return the state to store."""
        return Seen(self.checkpoint.size, self.checkpoint.root)

    def reply(self, signer: Signer, *, time: int) -> str:
        """Return the cosignature line; call it only after ``seen`` is on disk."""
        return signer.line(self.note.text, time=time)


@dataclass(frozen=True)
class AddCheckpoint:
    """A parsed request: the size the log believes we saw, its consistency proof, and the head's note."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str


class RequestError(BadInputError):
    """The request is not an add-checkpoint request."""

    code = "SC-WITNESS-REQUEST"


def write_request(request: AddCheckpoint) -> bytes:
    """Return the body that a log posts to a witness."""
    proof = "".join(f"{hash_text(value)}\n" for value in request.proof)
    return f"old {request.old_size}\n{proof}\n{request.note}".encode()


def parse_request(body: bytes) -> AddCheckpoint:
    """Return the request in ``body``; raises ``RequestError``."""
    try:
        head, gap, note = body.decode().partition("\n\n")
        first, *lines = head.split("\n")
        size = parse_size(first.removeprefix("old "))
        proof = tuple(parse_hash(line) for line in lines)
    except (UnicodeDecodeError, SafeconductError) as error:
        raise RequestError("An old size, hashes, an empty line and a checkpoint make a request.") from error
    if not gap or not first.startswith("old ") or len(proof) > MAX_PROOF or len(body) > MAX_REQUEST_BYTES:
        raise RequestError("An old size, at most 63 hashes, an empty line and a checkpoint make a request.")
    return AddCheckpoint(size, proof, note)


def judge(body: bytes, *, logs: Mapping[str, tuple[Verifier, ...]], seen: Callable[[str], Seen]) -> Accepted | Refused:
    """Return the answer to ``body``; ``logs`` gives the trusted keys by origin, ``seen`` the state.

    The caller holds one lock over ``seen``, this call and the storing, or two requests could roll the state back.
    """
    try:
        request = parse_request(body)
        checkpoint = Checkpoint.parse(split_note(request.note)[0])
    except SafeconductError as error:
        return Refused(BAD_REQUEST, f"{error.message}\n")
    keys = tuple(key for key in logs.get(checkpoint.origin, ()) if key.kind == ED25519)
    if not keys:
        return Refused(NOT_FOUND, "unknown log\n")
    try:
        note = open_note(request.note, keys)
    except NoteError as error:
        return Refused(FORBIDDEN, f"{error.message}\n")
    if request.old_size > checkpoint.size:
        return Refused(BAD_REQUEST, "the old size is larger than the new one\n")
    return _judge_growth(request, checkpoint, note, seen(checkpoint.origin))


def _judge_growth(request: AddCheckpoint, checkpoint: Checkpoint, note: Note, last: Seen) -> Accepted | Refused:
    if request.old_size != last.size:
        return Refused(CONFLICT, f"{last.size}\n", SIZE_TYPE)
    if checkpoint.size == last.size and checkpoint.root != last.root:
        return Refused(CONFLICT, "another root was cosigned for this size\n")
    try:
        verify_consistency(
            old_size=last.size,
            old_root=last.root,
            new_size=checkpoint.size,
            new_root=checkpoint.root,
            proof=request.proof,
        )
    except ProofError as error:
        return Refused(UNPROCESSABLE, f"{error.message}\n")
    return Accepted(checkpoint, note)
