"""Mail on its way in: what arrived, what hangs on it, which thread it names, since when we know its sender's domain."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import DIGEST_LENGTH, ID_LENGTH, Matter
from safeconduct.rooms.government_requests.rules.mail import MAIL, SOURCES, FilingReason


class SenderDomain(models.Model):
    """A domain from which mail came, found by its blind index; its name is sealed in the directory."""

    index = models.CharField(primary_key=True, max_length=DIGEST_LENGTH)
    name_object = models.CharField(max_length=ID_LENGTH)
    first_seen_at = models.DateTimeField()

    class Meta:
        """Found by its index."""

        app_label = "government_requests"

    def __str__(self) -> str:
        return self.index[:12]


class IncomingMail(models.Model):
    """One mail. It owns its sealed objects; made a matter, the matter has its id, and so owns them."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    reference = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    size = models.PositiveBigIntegerField()
    source = models.CharField(max_length=8)
    state = models.CharField(max_length=12, default=MAIL.initial)
    arrived_at = models.DateTimeField()
    originals = models.JSONField(default=list)
    words = models.CharField(max_length=ID_LENGTH, blank=True)
    problem = models.CharField(max_length=32, blank=True)
    facts = models.JSONField(default=dict)
    domain = models.ForeignKey(SenderDomain, on_delete=models.PROTECT, null=True, related_name="mails")
    suggested = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, related_name="suggested_mails")
    suggested_by = models.CharField(max_length=12, blank=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, related_name="mails")
    reason = models.CharField(max_length=16, blank=True)
    reason_words = models.CharField(max_length=ID_LENGTH, blank=True)
    decided_by = models.CharField(max_length=ID_LENGTH, blank=True)
    decided_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=ID_LENGTH, blank=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        """The states are a closed list, in the database too; a mail's matter stands exactly where its state says so."""

        app_label = "government_requests"
        ordering = ("arrived_at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=MAIL.states), name="mail_state"),
            models.CheckConstraint(condition=models.Q(source__in=list(SOURCES)), name="mail_source"),
            models.CheckConstraint(
                condition=models.Q(reason__in=["", *(str(one) for one in FilingReason)]), name="mail_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["made_matter", "attached"], matter__isnull=False)
                | models.Q(state__in=["arriving", "incoming", "filed"], matter__isnull=True),
                name="mail_matter_as_state",
            ),
        )
        indexes = (models.Index(fields=("state", "arrived_at"), name="mail_list"),)

    def __str__(self) -> str:
        return self.reference


class MailPart(models.Model):
    """One thing that hung on a mail: sealed by itself, or the code why not. Its name is in the sealed words."""

    mail = models.ForeignKey(IncomingMail, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField()
    object = models.CharField(max_length=ID_LENGTH, blank=True)
    sha256 = models.CharField(max_length=DIGEST_LENGTH)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=12, blank=True)
    problem = models.CharField(max_length=32, blank=True)

    class Meta:
        """In the mail's order."""

        app_label = "government_requests"
        ordering = ("mail", "number")
        constraints = (
            models.UniqueConstraint(fields=("mail", "number"), name="mail_part_once"),
            models.CheckConstraint(
                condition=(models.Q(object="") & ~models.Q(problem="")) | (~models.Q(object="") & models.Q(problem="")),
                name="mail_part_sealed_or_refused",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} of {self.mail_id}"


class MailThread(models.Model):
    """The keyed hash of a message id that a mail bears (``own``) or answers to."""

    mail = models.ForeignKey(IncomingMail, on_delete=models.PROTECT, related_name="thread")
    index = models.CharField(max_length=DIGEST_LENGTH)
    own = models.BooleanField()

    class Meta:
        """Found by the hash."""

        app_label = "government_requests"
        indexes = (models.Index(fields=("index", "own"), name="mail_thread_index"),)
        constraints = (models.UniqueConstraint(fields=("mail", "index", "own"), name="mail_thread_once"),)

    def __str__(self) -> str:
        return f"{self.index[:12]} of {self.mail_id}"
