"""What we are to each class of data of a matter, and counsel's sealed advice about it."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.words import Category, Role


class DataRole(models.Model):
    """Whether we are controller or processor of one class of data in one matter, by the policy or as counsel found."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="data_roles")
    category = models.CharField(max_length=24)
    role = models.CharField(max_length=12)
    by = models.CharField(max_length=ID_LENGTH, blank=True)
    at = models.DateTimeField()

    class Meta:
        """One role for each class."""

        app_label = "government_requests"
        constraints = (
            models.UniqueConstraint(fields=("matter", "category"), name="data_role_once"),
            models.CheckConstraint(condition=models.Q(category__in=list(Category)), name="data_role_category"),
            models.CheckConstraint(condition=models.Q(role__in=list(Role)), name="data_role_role"),
        )

    def __str__(self) -> str:
        return f"{self.role} of {self.category}"


class Advice(models.Model):
    """One piece of counsel's advice, sealed: only counsel opens it, and no export, package or history names it."""

    object = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="advice")
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """In order."""

        app_label = "government_requests"
        ordering = ("at", "object")

    def __str__(self) -> str:
        return self.object
