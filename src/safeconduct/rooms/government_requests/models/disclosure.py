"""What people sign and what leaves: consents, letters, and the journeys between intent and outcome."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import DIGEST_LENGTH, ID_LENGTH, Matter


class Consent(models.Model):
    """An object proposed to the vault process for signing, by digest. The body lies sealed in the vault's store."""

    digest = models.CharField(primary_key=True, max_length=DIGEST_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=16)
    proposed_by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()
    narrowed = models.BooleanField(default=False)
    left_out = models.PositiveIntegerField(default=0)
    categories = models.JSONField(default=list)
    customers = models.JSONField(default=list)
    scopes = models.CharField(max_length=ID_LENGTH, blank=True)
    counts = models.JSONField(default=dict)
    expires_at = models.DateTimeField(null=True)
    authorised_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """In order."""

        app_label = "government_requests"
        ordering = ("at", "digest")

    def __str__(self) -> str:
        return self.digest[:12]


class Letter(models.Model):
    """One letter or notice: a sealed PDF, who wrote it, and how far it came."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=24)
    object = models.CharField(max_length=ID_LENGTH)
    sha256 = models.CharField(max_length=DIGEST_LENGTH)
    digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    template = models.CharField(max_length=ID_LENGTH, blank=True)
    template_digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    customer = models.CharField(max_length=ID_LENGTH, blank=True)
    written_by = models.CharField(max_length=ID_LENGTH)
    written_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        """In order."""

        app_label = "government_requests"
        ordering = ("written_at", "id")

    def __str__(self) -> str:
        return f"{self.kind} {self.id[:8]}"

    @property
    def state(self) -> str:
        """Return how far it came: drafted, proposed, issued or superseded."""
        if self.superseded_at:
            return "superseded"
        if self.issued_at:
            return "issued"
        return "proposed" if self.digest else "drafted"


class Journey(models.Model):
    """One effect outside the database: intended, then done. An open one is taken up again with the same id."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="journeys")
    act = models.CharField(max_length=24)
    entry = models.CharField(max_length=ID_LENGTH)
    revision = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    facts = models.JSONField(default=dict)
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        """In order; the matter's revision tells apart what began at one instant."""

        app_label = "government_requests"
        ordering = ("at", "revision", "id")
        indexes = (models.Index(fields=("done_at", "at"), name="journey_open"),)

    def __str__(self) -> str:
        return f"{self.act} {self.id[:8]}"


class Addressee(models.Model):
    """The public key to which a person's letters and packages are sealed, as last used. The vault checks it anew."""

    person = models.CharField(primary_key=True, max_length=ID_LENGTH)
    organisation = models.CharField(max_length=ID_LENGTH)
    recipient = models.CharField(max_length=4000)
    key_fingerprint = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        """One key each."""

        app_label = "government_requests"

    def __str__(self) -> str:
        return self.person
