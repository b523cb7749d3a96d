"""What we know of a customer beside its records: why it is protected, and its named legal contacts."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import DIGEST_LENGTH, ID_LENGTH
from safeconduct.rooms.government_requests.rules.customers import LEGAL_CONTACT, PROTECTION_NAMES


class ProtectionMark(models.Model):
    """One kind of protection of a customer, by counsel, its reason sealed; ended marks stay."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    customer = models.CharField(max_length=ID_LENGTH)
    kind = models.CharField(max_length=8)
    reason_object = models.CharField(max_length=ID_LENGTH)
    by = models.CharField(max_length=ID_LENGTH)
    since = models.DateTimeField()
    ended_by = models.CharField(max_length=ID_LENGTH, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One of a kind stands at a time."""

        app_label = "government_requests"
        ordering = ("since", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=sorted(PROTECTION_NAMES)), name="protection_kind"),
            models.UniqueConstraint(
                fields=("customer", "kind"), condition=models.Q(ended_at__isnull=True), name="protection_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.customer[:8]}"


class LegalContact(models.Model):
    """A person whom a customer named for our notices; name and address are sealed objects of the directory."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    customer = models.CharField(max_length=ID_LENGTH)
    state = models.CharField(max_length=8, default=LEGAL_CONTACT.initial)
    name_object = models.CharField(max_length=ID_LENGTH)
    address_object = models.CharField(max_length=ID_LENGTH)
    language = models.CharField(max_length=2)
    recipient = models.CharField(max_length=4000)
    key_fingerprint = models.CharField(max_length=DIGEST_LENGTH)
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()
    agreement = models.CharField(max_length=16, blank=True)
    verified_by = models.CharField(max_length=ID_LENGTH, blank=True)
    verified_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """In order; the state is one of the lifecycle's."""

        app_label = "government_requests"
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=LEGAL_CONTACT.states), name="legal_contact_state"),
            models.CheckConstraint(
                condition=~models.Q(state="verified")
                | (models.Q(verified_at__isnull=False) & ~models.Q(verified_by="") & ~models.Q(agreement="")),
                name="legal_contact_is_verified",
            ),
        )
        indexes = (models.Index(fields=("customer", "state"), name="legal_contact_of"),)

    def __str__(self) -> str:
        return f"{self.state} {self.id[:8]}"
