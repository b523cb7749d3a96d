"""Makes each prohibition a row with a lifecycle; a silence that stood in the matter's columns becomes one."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.government_requests.rules.silence import PROHIBITION

TABLE = "government_requests_prohibition"
ENDS = ("ended", "lifted", "not_binding")
EVENTS = ("charges_filed", "investigation_closed", "order_unsealed", "court_decides")


def carry_over(apps, schema_editor):
    matter = apps.get_model("government_requests", "Matter")
    prohibition = apps.get_model("government_requests", "Prohibition")
    for row in matter.objects.filter(Q(silenced=True) | Q(silence_until__isnull=False)):
        found = prohibition.objects.create(
            id=row.pk,
            matter=row,
            source="statute" if row.process == "national_security_letter" else "court_order",
            jurisdiction=row.country,
            term="fixed" if row.silence_until else "indefinite",
            until=row.silence_until,
            entered_by=row.received_by,
            entered_at=row.received_at,
            review_at=None if row.silence_until else row.received_at,
        )
        found.state = "in_force"
        found.save()
        if not row.silenced:
            found.state, found.ended_at = "ended", row.silence_until
            found.save()


def hold_states(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for sql in transition_triggers(table=TABLE, initial=PROHIBITION.initial, steps=PROHIBITION.steps(), vendor=vendor):
        schema_editor.execute(sql, params=None)


def release_states(apps, schema_editor):
    for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


def nothing(apps, schema_editor):
    """The rows go with their table."""


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0004_clocks")]
    operations = [
        migrations.CreateModel(
            name="NoticeClearance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.CharField(max_length=64)),
                ("over", models.JSONField(default=list)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_clearances",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={"ordering": ("at", "id")},
        ),
        migrations.CreateModel(
            name="Prohibition",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("state", models.CharField(default="entered", max_length=16)),
                ("source", models.CharField(max_length=16)),
                ("jurisdiction", models.CharField(max_length=8)),
                ("term", models.CharField(max_length=12)),
                ("until", models.DateTimeField(null=True)),
                ("event", models.CharField(blank=True, max_length=24)),
                ("circle", models.JSONField(default=list)),
                ("order", models.CharField(blank=True, max_length=64)),
                ("entered_by", models.CharField(max_length=64)),
                ("entered_at", models.DateTimeField()),
                ("review_at", models.DateTimeField(null=True)),
                ("extensions", models.PositiveSmallIntegerField(default=0)),
                ("warning", models.CharField(blank=True, max_length=64)),
                ("reciprocal_at", models.DateTimeField(null=True)),
                ("application_due_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prohibitions",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "ordering": ("entered_at", "id"),
                "indexes": [models.Index(fields=["state", "review_at"], name="prohibition_review")],
                "constraints": [
                    models.CheckConstraint(condition=Q(state__in=PROHIBITION.states), name="prohibition_state"),
                    models.CheckConstraint(
                        condition=Q(source__in=["court_order", "statute", "state_law", "foreign_law", "request"]),
                        name="prohibition_source",
                    ),
                    models.CheckConstraint(
                        condition=Q(term="fixed", until__isnull=False, event="")
                        | Q(term="event", until__isnull=True, event__in=list(EVENTS))
                        | Q(term="indefinite", until__isnull=True, event=""),
                        name="prohibition_term",
                    ),
                    models.CheckConstraint(
                        condition=~Q(source="request") | Q(state__in=("entered", "not_binding")),
                        name="prohibition_request_never_binds",
                    ),
                    models.CheckConstraint(
                        condition=~Q(state="in_force") | Q(until__isnull=False) | Q(review_at__isnull=False),
                        name="prohibition_never_for_ever",
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=ENDS, ended_at__isnull=False)
                        | Q(state__in=("entered", "with_counsel", "in_force"), ended_at__isnull=True),
                        name="prohibition_end_is_dated",
                    ),
                ],
            },
        ),
        migrations.RunPython(hold_states, release_states),
        migrations.RunPython(carry_over, nothing),
    ]
