"""Pages: up to 1,024 rows of one customer, as an Arrow record batch, compressed, then sealed."""

import hmac

import pyarrow as pa
import zstandard

from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.primitives import Gcm256
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.core.segments.layout import Place, SegmentKeys, nonce
from safeconduct.core.segments.tables import table_spec

PAGE_ROWS = 1024
PAGE_BYTES_MAX = 64 * 1024 * 1024


class CustomerPages:
    """Seals and opens the pages of one customer in one segment."""

    def __init__(self, place: Place, keys: SegmentKeys, customer: str) -> None:
        """Derive the customer's page key once; raises ``CustomerKeyDestroyedError`` if there is none."""
        self._place = place
        self._customer = customer
        key, self.commitment, self._aad = place.page_key(keys, customer)
        self._cipher = Gcm256(key)
        self._schema = table_spec(place.table).page_schema

    def _aad_of(self, number: int) -> bytes:
        return self._aad + nonce(number)

    def require(self, commitment: bytes) -> None:
        """Raise ``SegmentDamagedError`` unless the directory committed to this very key."""
        if not hmac.compare_digest(self.commitment, commitment):
            place = f"{self._place.table}/{self._place.segment}"
            raise SegmentDamagedError(f"{place}: pages: a page was sealed under another key.")

    def seal(self, number: int, batch: pa.RecordBatch, compressor: zstandard.ZstdCompressor) -> bytes:
        """Return page ``number``: ``batch`` (without ``customer``) compressed and sealed."""
        packed = compressor.compress(memoryview(batch.serialize()))
        return self._cipher.seal(nonce(number), packed, self._aad_of(number))

    def open(self, number: int, sealed: bytes) -> pa.Table:
        """Return the rows of page ``number``; raises ``SegmentDamagedError`` naming the page."""
        try:
            packed = self._cipher.open(nonce(number), sealed, self._aad_of(number))
            raw = zstandard.ZstdDecompressor().decompress(packed, max_output_size=PAGE_BYTES_MAX)
            batch = pa.ipc.read_record_batch(pa.py_buffer(raw), self._schema)
        except (SealError, zstandard.ZstdError, pa.ArrowInvalid) as error:
            place = f"{self._place.table}/{self._place.segment}"
            raise SegmentDamagedError(f"{place}: pages: page {number} does not open.") from error
        rows = pa.Table.from_batches([batch])
        constant = pa.repeat(pa.scalar(self._customer), rows.num_rows)
        return rows.add_column(1, pa.field("customer", pa.string(), nullable=False), constant)
