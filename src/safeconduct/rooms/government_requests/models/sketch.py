"""A keyed sketch of a paper's words, from which sameness is counted and no word is read."""

from django.db import models

from safeconduct.rooms.government_requests.models.matter import DIGEST_LENGTH, Matter


class WordSketch(models.Model):
    """One place of a matter's sketch: the vault process's blind index of the least hash of its shingles there."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="sketch")
    value = models.CharField(max_length=DIGEST_LENGTH)

    class Meta:
        """Found by value."""

        app_label = "government_requests"
        indexes = (models.Index(fields=("value",), name="word_sketch_value"),)
        constraints = (models.UniqueConstraint(fields=("matter", "value"), name="word_sketch_once"),)

    def __str__(self) -> str:
        return f"sketch of {self.matter_id}"
