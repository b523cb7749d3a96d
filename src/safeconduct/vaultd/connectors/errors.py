"""What a question to one of the company's own stores may end with, besides rows."""

from safeconduct.core.base.errors import (
    BadInputError,
    DamagedError,
    NotPermittedError,
    SafeconductError,
    UnavailableError,
)


class SourceUnreachableError(UnavailableError):
    """A store of the company's own does not answer."""

    code = "SC-SOURCE-UNREACHABLE"
    cure = "See that it runs and that the vault process may reach it, then ask again; nothing was collected."


class SourceTimeoutError(UnavailableError):
    """A store of the company's own took longer than its statement may."""

    code = "SC-SOURCE-TIMEOUT"
    cure = "Have the columns of the mapping indexed, or raise timeout_seconds; nothing was collected."


class SourceWritesError(NotPermittedError):
    """The role that reads could also write."""

    code = "SC-SOURCE-WRITES"
    cure = "Give the source a role that may do nothing but SELECT; docs/operate/sources.md has the statements."


class SourceShapeError(BadInputError):
    """The store is not as the mapping says."""

    code = "SC-SOURCE-SHAPE"
    cure = "Correct the mapping to the store's tables, columns and types; nothing was collected."


class SourceRowError(DamagedError):
    """A row cannot be read by the mapping."""

    code = "SC-SOURCE-ROW"
    cure = "Correct the mapping, or the row over there; nothing was collected, because a row may not go missing."


class OutsideScopeError(DamagedError):
    """A store answered with a row outside the scope."""

    code = "SC-SOURCE-OUTSIDE"
    cure = "Nothing was collected. Find out why the store answers more than it was asked before you ask it again."


class SameRecordError(DamagedError):
    """Two records have the same id and are not the same."""

    code = "SC-SOURCE-SAME-ID"
    cure = "Nothing was collected. A mapping's record_id must name one row; see which of the stores is right."


class SourceCeilingError(NotPermittedError):
    """A store holds more rows than the safe-conduct allows to leave."""

    code = "SC-ROW-CEILING"
    cure = "Have a narrower scope approved, or a ceiling that somebody is ready to sign."


REFUSALS: dict[str, type[SafeconductError]] = {
    one.code: one
    for one in (
        SourceUnreachableError,
        SourceTimeoutError,
        SourceWritesError,
        SourceShapeError,
        SourceRowError,
        SourceCeilingError,
    )
}
"""What a child may say; it cannot say that a row is outside the scope, because it is not asked."""
