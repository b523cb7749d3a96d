"""Seeded fakes, and reports of impostors."""

import django.db.models.deletion
from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.government_requests.rules.fakes import PLAN

TABLE = "government_requests_seededfake"


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for sql in transition_triggers(table=TABLE, initial=PLAN.initial, steps=PLAN.steps(), vendor=vendor):
        schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("government_requests", "0019_comments"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImpostorReport",
            fields=[
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="impostor_report",
                        serialize=False,
                        to="government_requests.matter",
                    ),
                ),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SeededFake",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("month", models.CharField(max_length=7)),
                ("door", models.CharField(max_length=8)),
                ("commitment", models.CharField(max_length=64)),
                ("planned_by", models.CharField(max_length=64)),
                ("planned_at", models.DateTimeField()),
                ("state", models.CharField(default="planned", max_length=8)),
                ("revealed_by", models.CharField(blank=True, max_length=64)),
                ("revealed_at", models.DateTimeField(null=True)),
                ("result", models.CharField(blank=True, max_length=12)),
                ("process", models.CharField(blank=True, max_length=32)),
                ("signals", models.JSONField(default=list)),
                ("paper", models.CharField(blank=True, max_length=64)),
                (
                    "mail",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seeded_fakes",
                        to="government_requests.incomingmail",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seeded_fakes",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "ordering": ("month", "planned_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("planned", "revealed"))), name="seeded_fake_state"
                    ),
                    models.CheckConstraint(condition=models.Q(("door__in", ["mail", "hand"])), name="seeded_fake_door"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("mail__isnull", True),
                                ("matter__isnull", True),
                                ("paper", ""),
                                ("process", ""),
                                ("result", ""),
                                ("revealed_at__isnull", True),
                                ("revealed_by", ""),
                                ("state", "planned"),
                            ),
                            models.Q(
                                ("result__in", ["caught", "missed", "undecided", "never_came"]),
                                ("revealed_at__isnull", False),
                                ("state", "revealed"),
                            ),
                            _connector="OR",
                        ),
                        name="seeded_fake_says_nothing_early",
                    ),
                ],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
