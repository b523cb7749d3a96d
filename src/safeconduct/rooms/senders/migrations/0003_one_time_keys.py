"""Officers' one-time codes: which key of the vault process opens which account."""

from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.senders.rules.one_time import ONE_TIME_KEY

TABLE = "senders_onetimekey"


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    steps = ONE_TIME_KEY.steps()
    for sql in transition_triggers(table=TABLE, initial=ONE_TIME_KEY.initial, steps=steps, vendor=vendor):
        schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("senders", "0002_transitions")]

    operations = [
        migrations.CreateModel(
            name="OneTimeKey",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("account", models.CharField(max_length=32)),
                ("mail_index", models.CharField(max_length=64)),
                ("state", models.CharField(default="made", max_length=8)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("made", "active", "ended"))), name="senders_one_time_state"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")), fields=("mail_index",), name="senders_one_time_mail"
                    ),
                ],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
