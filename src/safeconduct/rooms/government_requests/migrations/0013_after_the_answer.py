"""What follows an answer: process demanded after an emergency, and incidents after a wrong delivery."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.government_requests.rules.emergency import FOLLOW_UP
from safeconduct.rooms.government_requests.rules.incidents import INCIDENT

TABLES = (("government_requests_processdemand", FOLLOW_UP), ("government_requests_incident", INCIDENT))


def hold_states(apps, schema_editor):
    for table, lifecycle in TABLES:
        for sql in transition_triggers(
            table=table,
            initial=lifecycle.initial,
            steps=lifecycle.steps(),
            vendor=schema_editor.connection.vendor,
        ):
            schema_editor.execute(sql, params=None)


def release_states(apps, schema_editor):
    for table, _ in TABLES:
        for sql in drop_triggers(table=table, vendor=schema_editor.connection.vendor):
            schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0012_supplements")]
    operations = [
        migrations.CreateModel(
            name="ProcessDemand",
            fields=[
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="process_demand",
                        serialize=False,
                        to="government_requests.matter",
                    ),
                ),
                ("state", models.CharField(default="demanded", max_length=12)),
                ("letter", models.CharField(max_length=64)),
                ("demanded_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(state__in=FOLLOW_UP.states), name="process_demand_state"),
                    models.CheckConstraint(
                        condition=Q(state="demanded", settled_at__isnull=True)
                        | Q(state__in=("arrived", "never_came"), settled_at__isnull=False),
                        name="process_demand_settled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("state", models.CharField(default="known", max_length=12)),
                ("cause", models.CharField(max_length=16)),
                ("known_at", models.DateTimeField()),
                ("known_by", models.CharField(max_length=64)),
                ("controller_due_at", models.DateTimeField()),
                ("controller_told_at", models.DateTimeField(null=True)),
                ("locked_again", models.BooleanField(default=False)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "ordering": ("known_at", "id"),
                "constraints": [
                    models.CheckConstraint(condition=Q(state__in=INCIDENT.states), name="incident_state"),
                    models.CheckConstraint(
                        condition=Q(cause__in=["wrong_receiver", "too_much", "wrong_records"]), name="incident_cause"
                    ),
                    models.CheckConstraint(
                        condition=~Q(state="closed") | Q(controller_told_at__isnull=False, closed_at__isnull=False),
                        name="incident_closed_when_told",
                    ),
                ],
            },
        ),
        migrations.RunPython(hold_states, release_states),
    ]
