"""The sealed directory of a segment: which pages belong to whom, where they lie and what time they span.

Whole and authenticated before use; it is what names the attempt's salt, so the other two files cannot be exchanged.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from safeconduct.core.base.ids import Randomness
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.keys import COMMITMENT_BYTES
from safeconduct.core.sealing.objects import open_sealed, seal
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.layout import HEADER_BYTES, Place, SegmentKeys, directory_context

OPEN_END = np.iinfo(np.int64).max
"""What stands for "has not ended" as the last millisecond of a page."""


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The directory, opened.

    Attributes:
        place: the segment and the salt of its attempt.
        customers: the customers, sorted; ``first`` has the first page of each and one end more.
        commitments: for each customer 32 bytes that commit to the key of the pages.
        lengths: sealed bytes of each page; ``rows`` its rows; ``earliest`` and ``latest`` its span in milliseconds.
        blocks: number of index blocks.
        postings: number of postings in the index.
    """

    place: Place
    customers: tuple[str, ...]
    commitments: tuple[bytes, ...]
    first: np.ndarray
    lengths: np.ndarray
    rows: np.ndarray
    earliest: np.ndarray
    latest: np.ndarray
    blocks: int
    postings: int

    @property
    def offsets(self) -> np.ndarray:
        """Return where each page starts in its file, and where the last one ends."""
        return HEADER_BYTES + np.concatenate(([0], np.cumsum(self.lengths, dtype=np.int64)))

    def sealed(self, keys: SegmentKeys, randomness: Randomness) -> bytes:
        """Return the directory as it is stored."""
        pages = pa.table(
            {"length": self.lengths, "rows": self.rows, "earliest": self.earliest, "latest": self.latest}
        ).replace_schema_metadata(
            {"salt": self.place.salt.hex(), "blocks": str(self.blocks), "postings": str(self.postings)}
        )
        owners = pa.table(
            {
                "customer": pa.array(self.customers, pa.string()),
                "pages": np.diff(self.first),
                "commitment": pa.array(self.commitments, pa.binary(COMMITMENT_BYTES)),
            }
        )
        parts = [_pack(pages), _pack(owners)]
        payload = len(parts[0]).to_bytes(8, "big") + b"".join(parts)
        return seal(keys.directory_key(), directory_context(self.place.table, self.place.segment), payload, randomness)


def _pack(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def _unpack(data: bytes) -> pa.Table:
    with pa.ipc.open_stream(pa.py_buffer(data)) as stream:
        return stream.read_all()


def open_catalogue(blob: bytes, *, table: str, segment: str, keys: SegmentKeys) -> Catalogue:
    """Return the directory in ``blob``; raises ``SegmentDamagedError`` if it is not that segment's."""
    try:
        payload = open_sealed(keys.directory_key(), directory_context(table, segment), blob)
    except SealError as error:
        raise SegmentDamagedError(f"{table}/{segment}: the directory does not open.") from error
    middle = 8 + int.from_bytes(payload[:8], "big")
    pages, owners = _unpack(payload[8:middle]), _unpack(payload[middle:])
    facts = pages.schema.metadata
    counts = owners["pages"].to_numpy()
    return Catalogue(
        place=Place(table=table, segment=segment, salt=bytes.fromhex(facts[b"salt"].decode())),
        customers=tuple(owners["customer"].to_pylist()),
        commitments=tuple(owners["commitment"].to_pylist()),
        first=np.concatenate(([0], np.cumsum(counts, dtype=np.int64))),
        lengths=pages["length"].to_numpy(),
        rows=pages["rows"].to_numpy(),
        earliest=pages["earliest"].to_numpy(),
        latest=pages["latest"].to_numpy(),
        blocks=int(facts[b"blocks"]),
        postings=int(facts[b"postings"]),
    )
