"""Tokens are AES-CMAC: the library's own CMAC, and the index that is built on them."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given
from hypothesis import strategies as st
from tests.core.segments.conftest import Keys

from safeconduct.core.segments.index import BLOCK_POSTINGS, Covered, Index, encode_index
from safeconduct.core.segments.layout import Place
from safeconduct.core.segments.tokens import cmacs, column_tokens, token_key, tokens

PLACE = Place(table="calls", segment="one", salt=bytes(32))


@given(values=st.lists(st.text(max_size=50), min_size=1, max_size=20), key=st.binary(min_size=32, max_size=32))
def test_a_column_at_once_equals_one_by_one(values: list[str], key: bytes) -> None:
    array = pa.array(["left out", *values])[1:]
    found = cmacs(key, array)
    for value, mac in zip(values, found, strict=True):
        single = CMAC(AES(key))
        single.update(value.encode("utf-8"))
        assert mac.tobytes() == single.finalize()
    assert tokens(key, array).tolist() == [int.from_bytes(mac.tobytes()[:4], "big") for mac in found]
    assert (
        column_tokens(key, pa.chunked_array([array, array]).combine_chunks().dictionary_encode()).tolist()
        == tokens(key, array).tolist() * 2
    )


def test_tokens_of_tables_and_kinds_have_nothing_in_common() -> None:
    found = {
        token_key(bytes(32), table=table, kind=kind) for table in ("calls", "messages") for kind in ("phone", "email")
    }
    assert len(found) == 4


@pytest.mark.parametrize("distinct", [1, 3, 5000, 20_000])
def test_the_index_gives_exactly_the_pages_of_a_token(tmp_path: Path, distinct: int) -> None:
    # Few distinct tokens run across several blocks, many spread over them.
    rng = np.random.default_rng(distinct)
    found = rng.integers(0, 2**32, distinct, dtype=np.uint64)[rng.integers(0, distinct, 3 * BLOCK_POSTINGS + 17)]
    pages = rng.integers(0, 2**20, len(found), dtype=np.uint64)
    postings = np.unique(found << np.uint64(32) | pages)
    path = tmp_path / "index"
    parts = np.split(postings, [7, 9000])
    path.write_bytes(b"".join(encode_index(parts, PLACE, Keys(), [Covered("one", "00", 2**20)], [])))
    index = Index(path, table="calls", run="one", keys=Keys())
    assert (index.postings, index.count) == (len(postings), -(-len(postings) // BLOCK_POSTINGS))
    for token in [*found[:60].tolist(), 0, 2**32 - 1, int(found[0]) ^ 1]:
        expected = postings[(postings >> np.uint64(32)) == token] & np.uint64(0xFFFFFFFF)
        assert index.pages(token).tolist() == expected.tolist()
    assert index.between(0, 2**32).tolist() == postings.tolist()
