"""The store that the other tests believe in: what we rely on of S3, asked of the real server."""

import obstore
import pytest
from obstore.exceptions import AlreadyExistsError
from tests.objectstore.server import ObjectStore


def test_a_name_is_written_once_and_read_in_ranges(object_store_server: ObjectStore, bucket: str) -> None:
    store = object_store_server.store(bucket)
    obstore.put(store, "a/b", b"sealed bytes", mode="create")
    with pytest.raises(AlreadyExistsError):
        obstore.put(store, "a/b", b"other bytes", mode="create")
    assert bytes(obstore.get_range(store, "a/b", start=7, end=12)) == b"bytes"
    obstore.delete(store, "a/b")
    with pytest.raises(FileNotFoundError):
        obstore.head(store, "a/b")
