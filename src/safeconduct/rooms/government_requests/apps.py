"""Tells Django about the room."""

from django.apps import AppConfig


class GovernmentRequestsConfig(AppConfig):
    """The room of legal process."""

    name = "safeconduct.rooms.government_requests"
    label = "government_requests"
    verbose_name = "Government requests"
