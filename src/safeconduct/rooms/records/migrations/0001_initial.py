"""Customers and import runs, with the lifecycle held by the database."""

from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers

TABLE = "records_importrun"
STEPS = (("intended", "given_up"), ("intended", "imported"), ("intended", "refused"))


def _hold(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for sql in transition_triggers(table=TABLE, initial="intended", steps=STEPS, vendor=vendor):
        schema_editor.execute(sql, params=None)


def _let_go(apps, schema_editor):
    for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("name_object", models.CharField(max_length=32, unique=True)),
                ("name_index", models.CharField(max_length=64, unique=True)),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("table", models.CharField(max_length=32)),
                ("rows", models.BigIntegerField()),
                ("state", models.CharField(default="intended", max_length=16)),
                ("entry", models.CharField(max_length=32)),
                ("segments", models.IntegerField(default=0)),
                ("person", models.CharField(max_length=32)),
                ("began", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "began"], name="records_importrun_open")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("intended", "given_up", "imported", "refused"))),
                        name="records_importrun_state",
                    ),
                    models.CheckConstraint(condition=models.Q(("rows__gt", 0)), name="records_importrun_rows"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended__isnull", True), ("state", "intended")),
                            models.Q(models.Q(("state", "intended"), _negated=True), ("ended__isnull", False)),
                            _connector="OR",
                        ),
                        name="records_importrun_ended",
                    ),
                ],
            },
        ),
        migrations.RunPython(_hold, _let_go),
    ]
