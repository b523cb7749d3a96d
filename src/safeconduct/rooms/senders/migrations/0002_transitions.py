"""Holds the three lifecycles in the database itself."""

from django.db import migrations

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.senders.rules.lifecycles import NUMBER, REGISTRATION, STANDING

TABLES = {
    "senders_directorynumber": NUMBER,
    "senders_registration": REGISTRATION,
    "senders_standing": STANDING,
}


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table, lifecycle in TABLES.items():
        for sql in transition_triggers(table=table, initial=lifecycle.initial, steps=lifecycle.steps(), vendor=vendor):
            schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for table in TABLES:
        for sql in drop_triggers(table=table, vendor=schema_editor.connection.vendor):
            schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("senders", "0001_tables")]
    operations = [migrations.RunPython(forwards, backwards)]
