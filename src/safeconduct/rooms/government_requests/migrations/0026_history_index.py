"""Imported matters are found by the identifiers that their rows name."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0025_duty_and_sketches")]

    operations = [
        migrations.CreateModel(
            name="HistoryIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16)),
                ("value", models.CharField(max_length=64)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indexes",
                        to="government_requests.importedmatter",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "value"], name="history_index_value")],
                "constraints": [
                    models.UniqueConstraint(fields=("matter", "kind", "value"), name="history_index_once")
                ],
            },
        ),
    ]
