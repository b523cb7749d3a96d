"""Tells Django about the room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The room of records."""

    name = "safeconduct.rooms.records"
    label = "records"
    verbose_name = "Records"
