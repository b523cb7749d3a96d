"""How a paper that is no upload came to us: by which way, who opened it, and who typed it in when."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter


class Arrival(models.Model):
    """The arrival of a matter's paper by post, fax, hand or mail; its day is the matter's ``received_at``."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, primary_key=True, related_name="arrival")
    opened_by = models.CharField(max_length=ID_LENGTH)
    entered_by = models.CharField(max_length=ID_LENGTH)
    entered_at = models.DateTimeField()

    class Meta:
        """One each."""

        app_label = "government_requests"

    def __str__(self) -> str:
        return self.matter_id
