"""What this engine refuses."""

from safeconduct.core.base.errors import BadInputError, ConflictError, DamagedError, UnavailableError


class SegmentError(BadInputError):
    """These rows or selectors cannot go into, or be asked of, a segment."""

    code = "SC-SEGMENT"
    cure = "docs/formats/segment.md lists the tables, their columns and what each column accepts."


class SegmentExistsError(ConflictError):
    """This segment was already written; a segment is written once."""

    code = "SC-SEGMENT-EXISTS"
    cure = "Give the new rows a new segment id."


class SegmentDamagedError(DamagedError):
    """A segment is damaged, incomplete or not the one that was asked for."""

    code = "SC-SEGMENT-DAMAGED"
    cure = "Restore the named part from another zone's copy; nothing of it was used."


class CustomerKeyDestroyedError(UnavailableError):
    """The customer's key no longer exists, so the rows are erased."""

    code = "SC-KEY-DESTROYED"
    cure = "Nothing brings the rows back; a receipt reports them as deleted before service."
