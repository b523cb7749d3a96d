"""Officers as their agency's own provider knows them: which name there opens which account."""

from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.senders.rules.agency_sign_on import AGENCY_IDENTITY

TABLE = "senders_agencyidentity"


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    steps = AGENCY_IDENTITY.steps()
    for sql in transition_triggers(table=TABLE, initial=AGENCY_IDENTITY.initial, steps=steps, vendor=vendor):
        schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("senders", "0003_one_time_keys")]

    operations = [
        migrations.CreateModel(
            name="AgencyIdentity",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("identity", models.CharField(max_length=64)),
                ("account", models.CharField(max_length=32, unique=True)),
                ("organisation", models.CharField(max_length=32)),
                ("state", models.CharField(default="bound", max_length=8)),
                ("bound_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "bound")),
                            models.Q(("ended_at__isnull", False), ("state", "ended")),
                            _connector="OR",
                        ),
                        name="senders_agency_identity_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "bound")), fields=("identity",), name="senders_agency_identity_once"
                    ),
                ],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
