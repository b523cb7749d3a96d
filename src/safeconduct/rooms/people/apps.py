"""Tells Django about the room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room of people."""

    name = "safeconduct.rooms.people"
    label = "people"
    verbose_name = "People"
