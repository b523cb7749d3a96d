"""Has the database keep the queue's order, and what its counts read: a long queue costs as much as a short one."""

from django.db import migrations

from safeconduct.rooms.government_requests.models.queue_order import QUEUE_INDEXES


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0009_contacts")]
    operations = [
        migrations.RemoveIndex(model_name="matter", name="matter_queue"),
        *(migrations.AddIndex(model_name="matter", index=index) for index in QUEUE_INDEXES),
    ]
