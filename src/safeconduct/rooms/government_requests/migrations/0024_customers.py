"""Why customers are protected, and their named legal contacts."""

from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.government_requests.rules.customers import LEGAL_CONTACT

TABLE = "government_requests_legalcontact"


def forwards(apps, schema_editor):
    for sql in transition_triggers(
        table=TABLE, initial=LEGAL_CONTACT.initial, steps=LEGAL_CONTACT.steps(), vendor=schema_editor.connection.vendor
    ):
        schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0023_lower_filings")]

    operations = [
        migrations.CreateModel(
            name="LegalContact",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("customer", models.CharField(max_length=64)),
                ("state", models.CharField(default="named", max_length=8)),
                ("name_object", models.CharField(max_length=64)),
                ("address_object", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=2)),
                ("recipient", models.CharField(max_length=4000)),
                ("key_fingerprint", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("agreement", models.CharField(blank=True, max_length=16)),
                ("verified_by", models.CharField(blank=True, max_length=64)),
                ("verified_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("at", "id"),
                "indexes": [models.Index(fields=["customer", "state"], name="legal_contact_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", LEGAL_CONTACT.states)), name="legal_contact_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "verified"), _negated=True),
                            models.Q(
                                ("verified_at__isnull", False),
                                models.Q(("verified_by", ""), _negated=True),
                                models.Q(("agreement", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="legal_contact_is_verified",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProtectionMark",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("customer", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=8)),
                ("reason_object", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
                ("ended_by", models.CharField(blank=True, max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("since", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["health", "lawyer", "press"])), name="protection_kind"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("customer", "kind"),
                        name="protection_once",
                    ),
                ],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
