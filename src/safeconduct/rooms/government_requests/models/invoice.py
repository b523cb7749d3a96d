"""One invoice for the costs of an answer: numbered for each served company, never changed, only settled."""

from django.db import models

from safeconduct.rooms.government_requests.models.disclosure import Letter
from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.costs import INVOICE


class Invoice(models.Model):
    """What an agency is asked to reimburse (18 U.S.C. 2706); its paper is a sealed letter."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="invoices")
    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="invoice")
    served_entity = models.CharField(max_length=ID_LENGTH)
    series = models.CharField(max_length=1, blank=True)
    number = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    cents = models.PositiveBigIntegerField()
    items = models.JSONField()
    state = models.CharField(max_length=8, default=INVOICE.initial)
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """Each served company numbers its own; what was silenced when it was written has a series of its own."""

        app_label = "government_requests"
        ordering = ("served_entity", "series", "number")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=INVOICE.states), name="invoice_state"),
            models.CheckConstraint(condition=models.Q(cents__gt=0), name="invoice_amount"),
            models.UniqueConstraint(fields=("served_entity", "series", "number"), name="invoice_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.served_entity} {self.number}"
