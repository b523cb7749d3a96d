"""Lets a matter be of every kind of paper that the rulebook knows.

SQLite makes the table anew for a changed constraint, and a table made anew has lost its triggers: they are dropped
before and set again after, here and in every later migration that changes this table.
"""

from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER, NOTICE

TABLE = "government_requests_matter"
KINDS = [
    "subpoena",
    "court_order_2703d",
    "search_warrant",
    "preservation_request",
    "emergency_request",
    "foreign_request",
    "national_security_letter",
    "fisa_order",
    "fisa_pen_register_order",
    "fisa_directive",
    "wiretap_order",
    "pen_register_order",
    "cybertipline_report",
    "cloud_act_order",
    "european_production_order",
    "european_preservation_order",
    "civil_subpoena",
    "defence_subpoena",
    "data_subject_request",
    "customer_paper",
]


def let_go(apps, schema_editor):
    for column in ("state", "notice_state"):
        for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor, column=column):
            schema_editor.execute(sql, params=None)


def hold(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for lifecycle, column in ((MATTER, "state"), (NOTICE, "notice_state")):
        for sql in transition_triggers(
            table=TABLE, initial=lifecycle.initial, steps=lifecycle.steps(), vendor=vendor, column=column
        ):
            schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0007_incoming_mail")]
    operations = [
        migrations.RunPython(let_go, hold),
        migrations.RemoveConstraint(model_name="matter", name="matter_process"),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(condition=models.Q(("process__in", KINDS)), name="matter_process"),
        ),
        migrations.RunPython(hold, let_go),
    ]
