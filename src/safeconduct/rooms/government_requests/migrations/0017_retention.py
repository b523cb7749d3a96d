"""What keeps the file of a closed matter, and the record that it was destroyed."""

import django.db.models.deletion
from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.government_requests.rules.retention import LITIGATION

TABLE = "government_requests_litigationkeeping"


def forwards(apps, schema_editor):
    for sql in transition_triggers(
        table=TABLE, initial=LITIGATION.initial, steps=LITIGATION.steps(), vendor=schema_editor.connection.vendor
    ):
        schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0016_systems_and_history")]

    operations = [
        migrations.CreateModel(
            name="CaseErasure",
            fields=[
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="erasure",
                        serialize=False,
                        to="government_requests.matter",
                    ),
                ),
                ("entry", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LitigationKeeping",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("state", models.CharField(default="standing", max_length=10)),
                ("words", models.CharField(max_length=64)),
                ("review_at", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="litigation",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("standing", "ended"))), name="litigation_state"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "standing")), fields=("matter",), name="litigation_stands_once"
                    ),
                ],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
