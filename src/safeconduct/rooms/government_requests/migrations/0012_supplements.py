"""Lets an answered or a closed matter be taken up again, and its notice fall due again."""

import django.db.models.deletion
from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER, NOTICE

TABLE = "government_requests_matter"
REASONS = ["found_later", "paper_widened", "our_error", "court_ordered"]


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for lifecycle, column in ((MATTER, "state"), (NOTICE, "notice_state")):
        for sql in transition_triggers(
            table=TABLE, initial=lifecycle.initial, steps=lifecycle.steps(), vendor=vendor, column=column
        ):
            schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for column in ("state", "notice_state"):
        for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor, column=column):
            schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0011_deadlines")]

    operations = [
        migrations.CreateModel(
            name="Supplement",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=16)),
                ("words", models.CharField(max_length=64)),
                ("follows", models.CharField(blank=True, max_length=64)),
                ("closed", models.BooleanField()),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplements",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("reason__in", REASONS)), name="supplement_reason")
                ],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
