"""Codes of the room and what they say on pages."""

from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "account_taken": "The account or mailbox may be in other hands",
        "left_agency": "The officer has left the agency",
        "false_paper": "A paper was false",
        "agency_asks": "The agency asks for it",
        "under_investigation": "Not understood yet; it is being looked into",
    }
)
"""Why somebody is suspended."""
