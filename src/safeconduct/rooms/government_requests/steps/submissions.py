"""Ties a submission of an agency's system to the matter that it became."""

from safeconduct.core.base.errors import ConflictError
from safeconduct.rooms.government_requests.models import ApiSubmission, Matter


class SubmissionGoneError(ConflictError):
    """Another call under the same key was there first."""

    code = "SC-API-RACE"


def settle_submission(*, submission: str, row: Matter) -> None:
    """Write the matter of a submission down; inside the transaction that records the receipt, once."""
    if not ApiSubmission.objects.filter(pk=submission, matter__isnull=True).update(matter=row):
        raise SubmissionGoneError
