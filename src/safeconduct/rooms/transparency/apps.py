"""Tells Django about the room."""

from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    """Transparency reports."""

    name = "safeconduct.rooms.transparency"
    label = "transparency"
    verbose_name = "Transparency"
    default_auto_field = "django.db.models.BigAutoField"
