"""What was sent on a day, counted."""

from typing import ClassVar

from django.db import models


class Allowance(models.Model):
    """How often something was done on a day through one address, by one officer, or from everywhere."""

    day = models.DateField()
    what = models.CharField(max_length=16)
    whose = models.CharField(max_length=64)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        """Constraints that the database holds by itself."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "what", "whose"], name="senders_allowance_once")
        ]

    def __str__(self) -> str:
        return f"{self.what} on {self.day}"
