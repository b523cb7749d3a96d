"""A paper that was filed in a session of lower assurance."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import Matter


class LowerFiling(models.Model):
    """How surely the officer had signed in who filed the matter's paper, where that was less than with a passkey."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, primary_key=True, related_name="lower_filing")
    assurance = models.CharField(max_length=16)

    class Meta:
        """One each."""

        app_label = "government_requests"

    def __str__(self) -> str:
        return self.matter_id
