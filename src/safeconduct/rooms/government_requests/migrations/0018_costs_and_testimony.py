"""Invoices for costs, and records custodians called to court."""

import django.db.models.deletion
from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.government_requests.rules.costs import INVOICE
from safeconduct.rooms.government_requests.rules.testimony import TESTIMONY

HELD = (("government_requests_invoice", INVOICE), ("government_requests_testimony", TESTIMONY))


def forwards(apps, schema_editor):
    for table, lifecycle in HELD:
        for sql in transition_triggers(
            table=table, initial=lifecycle.initial, steps=lifecycle.steps(), vendor=schema_editor.connection.vendor
        ):
            schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for table, _ in HELD:
        for sql in drop_triggers(table=table, vendor=schema_editor.connection.vendor):
            schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0017_retention")]

    operations = [
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("served_entity", models.CharField(max_length=64)),
                ("series", models.CharField(blank=True, max_length=1)),
                ("number", models.PositiveIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("cents", models.PositiveBigIntegerField()),
                ("items", models.JSONField()),
                ("state", models.CharField(default="unpaid", max_length=8)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice",
                        to="government_requests.letter",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "ordering": ("served_entity", "series", "number"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("unpaid", "paid", "void", "waived"))), name="invoice_state"
                    ),
                    models.CheckConstraint(condition=models.Q(("cents__gt", 0)), name="invoice_amount"),
                    models.UniqueConstraint(fields=("served_entity", "series", "number"), name="invoice_number_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Testimony",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=64)),
                ("hearing_at", models.DateTimeField()),
                ("words", models.CharField(max_length=64)),
                ("state", models.CharField(default="called", max_length=10)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="testimonies",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "ordering": ("hearing_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("called", "declared", "excused", "testified"))),
                        name="testimony_state",
                    )
                ],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
