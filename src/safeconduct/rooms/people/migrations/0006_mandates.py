"""Outside counsel: the role, and one mandate for each matter, which is given and may be ended."""

import django.db.models.deletion
from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.people.rules import MANDATE

TABLE = "people_mandate"


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for sql in transition_triggers(table=TABLE, initial=MANDATE.initial, steps=MANDATE.steps(), vendor=vendor):
        schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("people", "0005_postings")]

    operations = [
        migrations.RemoveConstraint(model_name="membership", name="people_membership_role"),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        ["analyst", "counsel", "approver", "second_reader", "security_engineer", "officer", "outside_counsel"],
                    )
                ),
                name="people_membership_role",
            ),
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("matter", models.CharField(db_index=True, max_length=32)),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("state", models.CharField(default="given", max_length=8)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.person"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("given", "ended"))), name="people_mandate_known_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("starts"))), name="people_mandate_window"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "given")),
                            models.Q(("ended_at__isnull", False), ("state", "ended")),
                            _connector="OR",
                        ),
                        name="people_mandate_ended",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "given")), fields=("person", "matter"), name="people_mandate_once"
                    ),
                ],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
