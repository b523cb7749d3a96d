"""The gate: one upload in, its kind out, or the refusal that fits. Nothing is decoded, drawn or kept here."""

from collections.abc import Iterator
from dataclasses import dataclass

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads.archives import members
from safeconduct.core.uploads.errors import EmptyUploadError, TooLargeError, TooManyPagesError, ZipNestedError
from safeconduct.core.uploads.images import check_jpeg, check_png
from safeconduct.core.uploads.kinds import Kind, check_agreement, check_single, kind_of
from safeconduct.core.uploads.pdf import check_pdf
from safeconduct.core.uploads.tiff import check_tiff


@dataclass(frozen=True)
class Part:
    """One document of an upload: the upload itself, or a file of the archive that it is."""

    kind: Kind
    data: bytes


def examine(data: bytes, *, name: str, declared: str = "", limits: UploadLimits) -> Kind:
    """Return the kind of an upload that we take; raises an ``UploadRefusedError`` for any other.

    ``name`` is only asked for its ending and ``declared`` is what the sender's program said; neither is believed.
    """
    if not data:
        raise EmptyUploadError
    if len(data) > limits.file_bytes:
        raise TooLargeError
    kind = kind_of(data)
    check_agreement(kind, name=name, declared=declared)
    for _ in parts(data, limits=limits):
        pass
    return kind


def parts(data: bytes, *, limits: UploadLimits) -> Iterator[Part]:
    """Return the documents of an upload, each after its own check; raises as ``examine`` does."""
    kind = kind_of(data)
    check_single(kind, data)
    if kind is not Kind.ZIP:
        _check(kind, data, limits)
        yield Part(kind, data)
        return
    pages = 0
    for name, content in members(data, limits):
        inner = kind_of(content)
        if inner is Kind.ZIP:
            raise ZipNestedError
        check_agreement(inner, name=name, declared="")
        check_single(inner, content)
        pages += _check(inner, content, limits)
        if pages > limits.pages:
            raise TooManyPagesError(f"We take {limits.pages}.")
        yield Part(inner, content)


def _check(kind: Kind, data: bytes, limits: UploadLimits) -> int:
    """Check the outside of one document; return its pages, as far as they are known here."""
    if len(data) > limits.file_bytes:
        raise TooLargeError
    if kind is Kind.TIFF:
        return check_tiff(data, limits)
    if kind is Kind.PDF:
        check_pdf(data, pages=limits.pages)
    elif kind is Kind.PNG:
        check_png(data, limits)
    else:
        check_jpeg(data, limits)
    return 1
