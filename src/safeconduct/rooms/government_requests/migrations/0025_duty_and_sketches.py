"""Who is on duty for emergencies, calls to them, and keyed sketches of papers' words."""

import django.db.models.deletion
from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.government_requests.rules.duty import DUTY

TABLE = "government_requests_duty"


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for sql in transition_triggers(table=TABLE, initial=DUTY.initial, steps=DUTY.steps(), vendor=vendor):
        schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("government_requests", "0024_customers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=64)),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("state", models.CharField(default="given", max_length=8)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("starts", "id"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("state__in", ("given", "ended"))), name="duty_state"),
                    models.CheckConstraint(condition=models.Q(("starts__lte", models.F("ends"))), name="duty_in_order"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duty_calls",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="WordSketch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.CharField(max_length=64)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sketch",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["value"], name="word_sketch_value")],
                "constraints": [models.UniqueConstraint(fields=("matter", "value"), name="word_sketch_once")],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
