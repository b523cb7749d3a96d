"""Tells Django about the room."""

from django.apps import AppConfig


class SendersConfig(AppConfig):
    """The room of senders."""

    name = "safeconduct.rooms.senders"
    label = "senders"
    verbose_name = "Senders"
