"""What outside counsel and the desk tell each other about one matter."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import ID_LENGTH, Matter


class Comment(models.Model):
    """One comment: its words are a sealed object of the matter, read through a grant."""

    object = models.CharField(primary_key=True, max_length=ID_LENGTH)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="comments")
    by = models.CharField(max_length=ID_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """In order."""

        app_label = "government_requests"
        ordering = ("at", "object")

    def __str__(self) -> str:
        return self.object
