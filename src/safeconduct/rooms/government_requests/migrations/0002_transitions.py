"""Holds both lifecycles in the database itself."""

from django.db import migrations

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER, NOTICE

TABLE = "government_requests_matter"


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for lifecycle, column in ((MATTER, "state"), (NOTICE, "notice_state")):
        for sql in transition_triggers(
            table=TABLE, initial=lifecycle.initial, steps=lifecycle.steps(), vendor=vendor, column=column
        ):
            schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for column in ("state", "notice_state"):
        for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor, column=column):
            schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0001_tables")]
    operations = [migrations.RunPython(forwards, backwards)]
