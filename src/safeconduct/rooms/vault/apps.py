"""Tells Django about the room."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The client of the vault process. It has no tables: everything it speaks of lies with the vault process."""

    name = "safeconduct.rooms.vault"
    label = "vault"
    verbose_name = "Vault"
