"""A BagIt 1.0 bag (RFC 8493) held in memory, and the one zip that its files give.

The zip is stored, not deflated, with fixed times and sorted names: the same files are the same bytes on every
machine, so a container is checked by making it again.
"""

import io
import re
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import bagit

from safeconduct.core.base.canonical import digest, sha256_hex
from safeconduct.core.base.errors import DamagedError
from safeconduct.core.packages.lines import is_one_line

BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD = "data/"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
MOST_FILES, MOST_BYTES = 1000, 4 * 1024**3
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,5}", re.ASCII)
FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", re.ASCII)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_DEFLATE_NOTHING = zipfile.ZIP_STORED

Files = Mapping[str, bytes]


class BagError(DamagedError):
    """The package is damaged, or was put together by somebody else."""

    code = "SC-PACKAGE"

    def __init__(self, part: str, detail: str) -> None:
        """Keep the name of the part at fault."""
        super().__init__(f"{part}: {detail}")
        self.part = part


def info_text(facts: Mapping[str, str]) -> bytes:
    """Return ``bag-info.txt``; each value is one line."""
    for value in facts.values():
        if not is_one_line(value):
            raise BagError("bag-info.txt", "a value is not one line.")
    return "".join(f"{name}: {value}\n" for name, value in facts.items()).encode()


def manifest_text(files: Files) -> bytes:
    """Return a manifest of ``files`` as ``sha256sum`` writes and checks it."""
    return "".join(f"{sha256_hex(files[name])}  {name}\n" for name in sorted(files)).encode()


def payload_of(files: Files) -> dict[str, bytes]:
    """Return the payload files only."""
    return {name: data for name, data in files.items() if name.startswith(PAYLOAD)}


def tags_of(files: Files) -> dict[str, bytes]:
    """Return what the tag manifest covers: every tag file but itself."""
    return {name: data for name, data in files.items() if not name.startswith(PAYLOAD) and name != TAG_MANIFEST}


def manifest_root(files: Files) -> str:
    """Return the digest over path, SHA-256 and size of every payload file, sorted by path."""
    payload = payload_of(files)
    told = [[name, sha256_hex(payload[name]), len(payload[name])] for name in sorted(payload)]
    return digest("safeconduct/v1/manifest", told)


def oxum(files: Files) -> str:
    """Return the payload's total bytes and number of files, as ``Payload-Oxum`` has it."""
    payload = payload_of(files)
    return f"{sum(map(len, payload.values()))}.{len(payload)}"


def seal_tags(files: Files) -> dict[str, bytes]:
    """Return ``files`` with both manifests made anew."""
    kept = {name: data for name, data in files.items() if name not in (MANIFEST, TAG_MANIFEST)}
    kept[MANIFEST] = manifest_text(payload_of(kept))
    kept[TAG_MANIFEST] = manifest_text(tags_of(kept))
    return kept


def check_bag(files: Files) -> None:
    """Raise ``BagError`` naming the first file that the manifests do not give exactly."""
    if files.get("bagit.txt") != BAGIT_TXT:
        raise BagError("bagit.txt", "it is missing or altered.")
    for manifest, covered in ((MANIFEST, payload_of(files)), (TAG_MANIFEST, tags_of(files))):
        _check_manifest(manifest, files.get(manifest, b""), covered)


def _check_manifest(manifest: str, data: bytes, covered: Files) -> None:
    listed = _listed(manifest, data)
    for name in sorted({*listed, *covered}):
        if name not in covered:
            raise BagError(name, f"{manifest} names it and it is missing.")
        if name not in listed:
            raise BagError(name, f"{manifest} does not name it.")
        if listed[name] != sha256_hex(covered[name]):
            raise BagError(name, f"its SHA-256 is not that of {manifest}.")
    if data != manifest_text(covered):
        raise BagError(manifest, "it is not written as a manifest is written.")


def _listed(manifest: str, data: bytes) -> dict[str, str]:
    try:
        pairs = [one.split("  ", 1) for one in data.decode("ascii").splitlines()]
        return {name: value for value, name in pairs}
    except ValueError as error:
        raise BagError(manifest, "it cannot be read.") from error


def write_zip(folder: str, files: Files) -> bytes:
    """Return the zip of the bag ``folder``: stored, sorted, without times."""
    if FOLDER.fullmatch(folder) is None:
        raise BagError("the folder", "its name is not plain.")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", _DEFLATE_NOTHING) as archive:
        for name in sorted(files):
            if NAME.fullmatch(name) is None:
                raise BagError("a file", "its name is not plain.")
            entry = zipfile.ZipInfo(f"{folder}/{name}", _LONG_AGO)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name], _DEFLATE_NOTHING)
    return out.getvalue()


def read_zip(data: bytes) -> tuple[str, dict[str, bytes]]:
    """Return folder and files of a zip that ``write_zip`` wrote; raises ``BagError`` naming the part for any other."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            found = {entry.filename: archive.read(entry) for entry in entries}
    except BagError:
        raise
    except zipfile.BadZipFile as error:
        named = re.search(r"'([A-Za-z0-9._/-]+)'", str(error))
        raise BagError(named[1] if named else "the container", "it cannot be read as our zip.") from error
    except Exception as error:
        # A hostile container makes the reader raise many kinds (struct, value, key, NotImplemented, memory).
        raise BagError("the container", "it cannot be read as our zip.") from error
    folders = {name.partition("/")[0] for name in found}
    if len(folders) != 1:
        raise BagError("the container", "it does not hold exactly one folder.")
    folder = folders.pop()
    files = {name.partition("/")[2]: content for name, content in found.items()}
    if write_zip(folder, files) != data:
        raise BagError("the container", "its bytes are not those that its files give.")
    return folder, files


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if not entries or len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise BagError("the container", "it holds nothing, or more than a package may.")
    if len({entry.filename for entry in entries}) != len(entries):
        raise BagError("the container", "a file stands twice.")
    for entry in entries:
        if entry.compress_type != _DEFLATE_NOTHING or NAME.fullmatch(entry.filename) is None:
            raise BagError("the container", "an entry is not stored plainly.")


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files of an unpacked bag; a link, an odd name or another kind of file raises ``BagError``.

    The ``bagit`` library then validates the folder a second time, by its own reading of RFC 8493.
    """
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            continue
        if not stat.S_ISREG(mode) or NAME.fullmatch(name) is None or len(files) >= MOST_FILES:
            raise BagError(name, "a package holds no such file.")
        files[name] = path.read_bytes()
    check_bag(files)
    try:
        bagit.Bag(str(folder)).validate()
    except bagit.BagError as error:
        raise BagError("the bag", "bagit does not accept it.") from error
    return files
