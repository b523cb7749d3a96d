"""The two rows that wiring needs: which worker runs, and what is kept of the clocks."""

from django.db import models


class WorkerLease(models.Model):
    """Who may work now. Times are the machine's own, never a demonstration's."""

    name = models.CharField(primary_key=True, max_length=32)
    holder = models.CharField(max_length=32)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ClockMemory(models.Model):
    """What is kept of the machine's clocks between two readings (``core.base.clocks``); written by the worker."""

    name = models.CharField(primary_key=True, max_length=32)
    text = models.TextField()

    def __str__(self) -> str:
        return self.name
