"""Why a package did not wait for the customer's days."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0021_links")]

    operations = [
        migrations.CreateModel(
            name="WaitingException",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("release_digest", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=16)),
                ("words", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting_exceptions",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["answer_day", "danger_to_life", "customer_agreed"])),
                        name="waiting_reason",
                    ),
                    models.UniqueConstraint(fields=("matter", "release_digest"), name="waiting_once_a_package"),
                ],
            },
        ),
    ]
