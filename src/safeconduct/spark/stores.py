"""Where executors fetch sealed pages: a folder, or a bucket of an S3-compatible store. Only sealed bytes travel."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from pyarrow import fs

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.segments.granted import Fetch


class StoreOptionError(BadInputError):
    """The store cannot be reached as these options say."""

    code = "SC-STORE-OPTION"
    cure = "Give store as an absolute folder or s3://bucket/prefix; docs/operate/spark.md names every option."


def fetching(options: Mapping[str, str]) -> Fetch:
    """Return what fetches parts of files under the option ``store``; raises ``StoreOptionError``."""
    store = options.get("store", "")
    if store.startswith("s3://"):
        place = urlsplit(store)
        return _from(_bucket(options), f"{place.netloc}{place.path}".rstrip("/"))
    if not Path(store).is_absolute():
        raise StoreOptionError("The option store is missing.")
    return _from(fs.LocalFileSystem(), store.rstrip("/"))


def _from(system: fs.FileSystem, root: str) -> Fetch:
    def fetch(path: str, places: Sequence[tuple[int, int]]) -> list[bytes]:
        with system.open_input_file(f"{root}/{path}") as file:
            return [bytes(file.read_at(length, offset)) for offset, length in places]

    return fetch


def _bucket(options: Mapping[str, str]) -> fs.S3FileSystem:
    try:
        told = json.loads(Path(options["credentials"]).read_text("utf-8"))
        endpoint = urlsplit(options["endpoint"])
        return fs.S3FileSystem(
            access_key=told["access_key"],
            secret_key=told["secret_key"],
            endpoint_override=endpoint.netloc,
            scheme=endpoint.scheme,
            region=options.get("region", "us-east-1"),
        )
    except (KeyError, OSError, ValueError) as error:
        raise StoreOptionError("The options endpoint and credentials do not name a store.") from error
