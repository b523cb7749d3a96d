"""Building a package in memory, finishing it with the signed release, and reading one back.

Two steps, because two approvals stand between them. ``build_package`` makes the payload, whose ``manifest_root`` the
second reader approves. ``finish`` adds ``release.note``, which binds that root, the two digests and every tag file.
The same arguments give the same bytes. Nothing here writes to a disk: clear records live in memory only.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import pyarrow as pa

from safeconduct.core.base.canonical import JsonValue, canonical_json
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.packages import bag, papers, release
from safeconduct.core.packages.facts import PackageFacts
from safeconduct.core.packages.receipts import OfficerReceipt
from safeconduct.core.packages.record_files import FOLDER, category_of, record_files

FORMAT = "safeconduct/v1/package"
CSV_RULE = (
    "RFC 4180; apostrophe before text that begins with = + - @ tab CR LF, their full-width forms, or an apostrophe"
)
XLSX_RULE = (
    "every cell is text; _xHHHH_ for characters that XML cannot hold; text beyond 32,767 units is cut and says so"
)
PARQUET_RULE = "columns typed by their kind; instants in microseconds of UTC"
CATEGORIES = frozenset({"subscriber", "payment", "call_detail", "message_detail", "message_content"})


class PackageError(BadInputError):
    """The package cannot be built from this."""

    code = "SC-PACKAGE-BUILD"


@dataclass(frozen=True, kw_only=True)
class Package:
    """A bag in memory.

    Attributes:
        folder: the bag's folder, which is the matter's reference.
        files: every file by its path in the bag.
    """

    folder: str
    files: Mapping[str, bytes]

    def __repr__(self) -> str:
        return f"Package({self.folder!r}, {len(self.files)} files)"

    @property
    def manifest_root(self) -> str:
        """Return the digest over all payload files: what the release names."""
        return bag.manifest_root(self.files)

    @property
    def zip_bytes(self) -> bytes:
        """Return the one zip that these files give."""
        return bag.write_zip(self.folder, self.files)

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of records of each category produced."""
        found: Counter[str] = Counter()
        for name, data in self.files.items():
            if name.startswith(FOLDER) and name.endswith(".jsonl"):
                found[category_of(name)] += data.count(b"\n")
        return dict(found)

    @property
    def parts(self) -> list[JsonValue]:
        """Return each part's name, number of records and bytes of its JSON Lines, in order."""
        held = sorted(name for name in self.files if name.startswith(FOLDER) and name.endswith(".jsonl"))
        return [
            {
                "part": name.removeprefix(FOLDER).removesuffix(".jsonl"),
                "records": self.files[name].count(b"\n"),
                "bytes": len(self.files[name]),
            }
            for name in held
        ]

    @property
    def size(self) -> int:
        """Return the payload's bytes."""
        return sum(len(data) for data in bag.payload_of(self.files).values())

    @classmethod
    def from_zip(cls, data: bytes) -> Self:
        """Return the package in a zip, its manifests checked; raises ``BagError`` naming the part at fault."""
        folder, files = bag.read_zip(data)
        bag.check_bag(files)
        return cls(folder=folder, files=files)


def _records(tables: Mapping[str, pa.Table]) -> tuple[dict[str, bytes], dict[str, JsonValue]]:
    files: dict[str, bytes] = {}
    told: dict[str, JsonValue] = {}
    for category in sorted(tables):
        if category not in CATEGORIES:
            raise PackageError("A table is of no category that a package carries.")
        made, about = record_files(category, tables[category])
        if made:
            files |= made
            told[category] = about
    return files, told


def build_package(*, tables: Mapping[str, pa.Table], facts: PackageFacts, receipt: OfficerReceipt) -> Package:
    """Return the unreleased package.

    Args:
        tables: Arrow tables by category, already filtered to the scope; an empty one leaves no trace.
        facts: what the package tells about itself.
        receipt: the officer's receipt, which must balance with the tables.

    Raises:
        PackageError, RecordsError, ReceiptError: the parts do not make a package.
    """
    records, told = _records(tables)
    receipt.check({category: told[category]["records"] for category in told})
    description = {
        "version": 2,
        "format": FORMAT,
        "reference": facts.reference,
        "record": "JSON Lines, RFC 8785",
        "views": {"csv": CSV_RULE, "parquet": PARQUET_RULE, "xlsx": XLSX_RULE},
        "categories": told,
    }
    files = {
        **records,
        "data/README.txt": papers.readme(facts, receipt, records).encode(),
        "data/certificate.txt": papers.certificate(facts, records).encode(),
        "data/receipt.json": canonical_json(receipt.as_json()),
        "data/safe-conduct.json": canonical_json(facts.statement()),
        "data/package.json": canonical_json(description),
        "bagit.txt": bag.BAGIT_TXT,
    }
    files["bag-info.txt"] = bag.info_text(
        {
            "Source-Organization": facts.served_entity,
            "External-Identifier": facts.reference,
            "Bagging-Date": facts.prepared_at.strftime("%Y-%m-%d"),
            "Payload-Oxum": bag.oxum(files),
        },
    )
    return Package(folder=facts.reference, files=bag.seal_tags(files))


def finish(
    package: Package,
    *,
    release_digest: str,
    journey: str,
    released_at: datetime,
    sign: Callable[[str], str],
) -> Package:
    """Return ``package`` with its signed release.

    Args:
        package: as built; an already finished one is refused.
        release_digest: digest of the approved release body.
        journey: id of the journey.
        released_at: the vault process's clock.
        sign: turns the release's text into a signed note.

    Raises:
        PackageError: it was released before.
    """
    if release.NAME in package.files:
        raise PackageError("It carries a release already.")
    text = release.release_text(
        folder=package.folder,
        files=package.files,
        release_digest=release_digest,
        journey=journey,
        released_at=released_at,
    )
    files = bag.seal_tags({**package.files, release.NAME: sign(text).encode()})
    return Package(folder=package.folder, files=files)
