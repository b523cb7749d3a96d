"""The one row that wiring needs: which worker runs."""

from django.db import models


class WorkerLease(models.Model):
    """Who may work now. Times are the machine's own, never a demonstration's."""

    name = models.CharField(primary_key=True, max_length=32)
    holder = models.CharField(max_length=32)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
