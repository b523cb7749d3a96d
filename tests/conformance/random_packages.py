"""Random packages and what can be done to them: with the issuer's key in hand, and without."""

import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from tests.core.packages.samples import FACTS, ISSUER, calls, signing
from tests.core.verification.samples import FORGER

from safeconduct.core.base.canonical import canonical_json, parse_canonical
from safeconduct.core.packages import bag
from safeconduct.core.packages.build import Package, build_package, finish
from safeconduct.core.packages.receipts import OfficerLine, OfficerReceipt
from safeconduct.core.packages.release import NAME as RELEASE
from safeconduct.core.tlog.notes import Signer, sign_note, split_note

TEXTS = (
    "",
    "'",
    "=1+1",
    "+12025550143",
    "plain",
    'say "so"',
    "a,b",
    "two\r\nlines",
    "\tend",
    "-",
    "@x",
    "\uff1dx",
    "''",
    "\u00e9\u2028",
)
DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
Files = dict[str, bytes]


def random_rows(rng: random.Random) -> pa.Table:
    """Return a table of calls with texts that try the view's rules."""
    rows = [
        {
            "at": DAY + timedelta(milliseconds=rng.randrange(10**9)),
            "own_number": rng.choice(("+12025550143", "12345", "=SENDER", "Bank Alert", "")),
            "other_number": rng.choice(("+12025550144", "+1", "\uff0b12025550144")),
            "direction": rng.choice(TEXTS),
            "duration_s": rng.choice((None, 0, 61, -7, 2**31 - 1)),
            "status": rng.choice((None, *TEXTS)),
        }
        for _ in range(rng.randrange(1, 6))
    ]
    return calls(*rows)


def random_package(rng: random.Random) -> Package:
    """Return a sound released package with up to two categories."""
    names = rng.sample(["call_detail", "message_detail"], rng.randrange(0, 3))
    tables = {name: random_rows(rng) for name in names}
    lines = [OfficerLine(asked=f"Item on {name}", category=name, rows=len(table)) for name, table in tables.items()]
    lines.append(OfficerLine(asked="Anything else", category=None, rows=0))
    package = build_package(tables=tables, facts=FACTS, receipt=OfficerReceipt(tuple(lines)))
    return finish(package, release_digest="34" * 32, journey="journey-1", released_at=DAY, sign=signing(ISSUER))


def released(files: Files, signer: Signer = ISSUER) -> Files:
    """Return the files with manifests and release made and signed anew, whatever they hold."""
    text = split_note(files[RELEASE].decode())[0].split("\n")
    sealed = bag.seal_tags({name: data for name, data in files.items() if name != RELEASE})
    tags = bag.tags_of(sealed)
    head = [
        f"manifest-root {bag.manifest_root(sealed)}" if line.startswith("manifest-root") else line for line in text[:7]
    ]
    head += [f"tag {bag.sha256_hex(tags[name])} {name}" for name in sorted(tags)]
    return bag.seal_tags({**sealed, RELEASE: sign_note("\n".join(head) + "\n", signer).encode()})


def _pick(files: Files, rng: random.Random, prefix: str = "") -> str:
    return rng.choice(sorted(name for name in files if name.startswith(prefix)) or sorted(files))


def _record(files: Files, ending: str, rng: random.Random) -> str:
    """Return a record file with this ending, or the words for the officer where the package has no records."""
    return rng.choice(sorted(name for name in files if name.endswith(ending)) or ["data/README.txt"])


def _json(files: Files, name: str, change: Callable[[Any], None]) -> Files:
    value = parse_canonical(files[name])
    change(value)
    return {**files, name: canonical_json(value)}


def flip(files: Files, rng: random.Random) -> Files:
    """Flip one bit of one file."""
    name = _pick(files, rng)
    data = bytearray(files[name])
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return {**files, name: bytes(data)}


def missing(files: Files, rng: random.Random) -> Files:
    """Remove one file."""
    name = _pick(files, rng)
    return {one: data for one, data in files.items() if one != name}


def added(files: Files, rng: random.Random) -> Files:
    """Add a file that no manifest names."""
    return {**files, rng.choice(("data/more.txt", "more.txt", "data/records/subscribers.csv")): b"more"}


def exchanged(files: Files, rng: random.Random) -> Files:
    """Exchange two files."""
    one, two = _pick(files, rng), _pick(files, rng)
    return {**files, one: files[two], two: files[one]}


def forged(files: Files, _: random.Random) -> Files:
    """Sign the release with another key under the issuer's name."""
    return released(files, FORGER)


def resealed(files: Files, rng: random.Random) -> Files:
    """Change a file and make both manifests anew, without the issuer's key."""
    return bag.seal_tags(flip(files, rng))


def note_signed_twice(files: Files, _: random.Random) -> Files:
    """Add a stranger's signature to the release."""
    text = split_note(files[RELEASE].decode())[0]
    return bag.seal_tags({**files, RELEASE: files[RELEASE] + FORGER.line(text).encode()})


def issued_view_bent(files: Files, rng: random.Random) -> Files:
    """Release a view that is not its records."""
    name = _record(files, ".csv", rng)
    harm = rng.choice(((b'"out"', b'"in"'), (b"\r\n", b"\n"), (b'"', b""), (b"+1202", b"'+1202"), (b'"61"', b'"061"')))
    return released({**files, name: files[name].replace(*harm)})


def issued_workbook_bent(files: Files, rng: random.Random) -> Files:
    """Release a workbook that is not its records, or holds something more, told truly in the description."""
    name = _record(files, ".xlsx", rng)
    harm = rng.choice(
        ((b"<t ", b"<f "), (b'"inlineStr"', b'"str"'), (b"</t>", b" </t>"), (b"<c/>", b""), (b"out", b"in"))
    )
    changed = _members_changed(files[name], harm) if name.endswith(".xlsx") else files[name]

    def change(value: Any) -> None:
        listed = [one for about in value["categories"].values() for part in about["parts"] for one in part["files"]]
        for one in listed:
            if name.endswith(f"/{one['name']}"):
                one.update(bytes=len(changed), sha256=bag.sha256_hex(changed))

    return released(_json({**files, name: changed}, "data/package.json", change))


def _members_changed(data: bytes, harm: tuple[bytes, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, old.read(one).replace(*harm))
    return out.getvalue()


def issued_part_untold(files: Files, rng: random.Random) -> Files:
    """Release a description that tells of a part falsely."""

    def change(value: Any) -> None:
        for about in value["categories"].values():
            part = rng.choice(about["parts"])
            kind = rng.randrange(5)
            if kind == 0:
                part["records"] += 1
            elif kind == 1:
                part["files"].pop()
            elif kind == 2:
                part["files"][0]["bytes"] += 1
            elif kind == 3:
                about["parts"].append(part)
            else:
                about["parts"].clear()

    return released(_json(files, "data/package.json", change))


def issued_row_lost(files: Files, rng: random.Random) -> Files:
    """Release records one of which is gone from the lines."""
    name = _record(files, ".jsonl", rng)
    return released({**files, name: b"".join(files[name].splitlines(keepends=True)[1:]) or b"\n"})


def issued_lines_odd(files: Files, rng: random.Random) -> Files:
    """Release records that are not canonical lines."""
    name = _record(files, ".jsonl", rng)
    harm = rng.choice(((b":", b": "), (b"\n", b"\n\n"), (b'{"', b'{"a":1,"'), (b"\n", b"\r\n"), (b"\n", b"")))
    return released({**files, name: files[name].replace(*harm)})


def issued_counts_false(files: Files, rng: random.Random) -> Files:
    """Release a description with another number of records, or one fewer category."""

    def change(value: Any) -> None:
        for about in value["categories"].values():
            about["records"] += rng.choice((1, -1))

    return released(_json(files, "data/package.json", change))


def issued_receipt_false(files: Files, rng: random.Random) -> Files:
    """Release a receipt that does not balance, or answers in a third way."""

    def change(value: Any) -> None:
        item = rng.choice(value["items"])
        kind = rng.randrange(5)
        if kind == 0:
            value["items"].remove(item)
        elif kind == 1:
            item["answer"] = "Something is withheld."
        elif kind == 2:
            item["produced"] = {"category": "call_detail", "records": 99}
            item["answer"] = "99 records are produced, in the call_detail files of data/records."
        elif kind == 3:
            value["version"] = rng.choice((True, 2))
        elif item["produced"] and rng.random() < 0.5:
            item["produced"]["records"] = rng.choice((True, str(item["produced"]["records"]), 0, -1))
        else:
            item["more"] = 1

    return released(_json(files, "data/receipt.json", change))


def issued_statement_other(files: Files, rng: random.Random) -> Files:
    """Release a statement about another safe-conduct or matter."""
    name = rng.choice(("safe_conduct", "reference"))
    return released(_json(files, "data/safe-conduct.json", lambda value: value.update({name: "ab" * 32})))


def issued_with_readme(files: Files, rng: random.Random) -> Files:
    """Release other words for the officer: that is the issuer's to say."""
    return released({**files, "data/README.txt": rng.randbytes(20).hex().encode()})


def issued_again(files: Files, _: random.Random) -> Files:
    """Release the same files once more."""
    return released(files)


def nothing(files: Files, _: random.Random) -> Files:
    """Change nothing."""
    return files


Change = Callable[[Files, random.Random], Files]
SOUND: tuple[Change, ...] = (nothing, issued_again, issued_with_readme)
HARMFUL: tuple[Change, ...] = (
    flip,
    missing,
    added,
    exchanged,
    forged,
    resealed,
    note_signed_twice,
    issued_view_bent,
    issued_workbook_bent,
    issued_part_untold,
    issued_row_lost,
    issued_lines_odd,
    issued_counts_false,
    issued_receipt_false,
    issued_statement_other,
)


def as_zip(package: Package, files: Files, rng: random.Random) -> bytes:
    """Return the container of changed files, seldom bent itself."""
    data = replace(package, files=files)
    made = bytearray(bag.write_zip(data.folder, files))
    if rng.random() < 0.1:
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)
