"""Opens, for the visitor only, what was sealed to officers and customers, and keeps the papers as they came in."""

import io
import zipfile
from pathlib import Path

from safeconduct.cli.demonstration.cast import Cast
from safeconduct.cli.demonstration.papers import make_paper, nondisclosure_order
from safeconduct.cli.demonstration.told import Told
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.sealing.recipients import decrypt_age


class NobodysFileError(SafeconductError):
    """A sealed file opens with nobody's key."""

    code = "SC-DEMO-NOBODYS-FILE"


def open_for_visitor(told: Told, *, cast: Cast, outbox: Path, visitor: Path) -> None:
    """Write the paper that came in and everything that was handed out for this matter, in clear."""
    papers = visitor / "papers"
    papers.mkdir(exist_ok=True)
    values = told.plan.values(cast.seed)
    (papers / f"{told.plan.key}.pdf").write_bytes(make_paper(values).pdf)
    if values.silence_until:
        (papers / f"{told.plan.key}-nondisclosure.pdf").write_bytes(nondisclosure_order(values).pdf)
    for kind, names in told.files.items():
        for name in names:
            if name.endswith(".age"):
                _write(_opened(outbox / name, cast), name, visitor / "opened" / told.plan.key / kind)


def _opened(path: Path, cast: Cast) -> bytes:
    data = path.read_bytes()
    for mailbox in cast.mailboxes.values():
        try:
            return decrypt_age(data, mailbox.identity)
        except SafeconductError:
            continue
    raise NobodysFileError(path.name)


def _write(data: bytes, name: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name.removesuffix(".age")).write_bytes(data)
    if name.endswith(".zip.age"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archive.extractall(folder)
