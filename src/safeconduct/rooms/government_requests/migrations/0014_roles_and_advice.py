"""Keeps what we are to each class of a matter's data, and where counsel's sealed advice lies."""

import django.db.models.deletion
from django.db import migrations, models

CATEGORIES = ["subscriber", "payment", "call_detail", "message_detail", "message_content"]


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0013_after_the_answer")]
    operations = [
        migrations.CreateModel(
            name="DataRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("category", models.CharField(max_length=24)),
                ("role", models.CharField(max_length=12)),
                ("by", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_roles",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("matter", "category"), name="data_role_once"),
                    models.CheckConstraint(condition=models.Q(("category__in", CATEGORIES)), name="data_role_category"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["controller", "processor"])), name="data_role_role"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Advice",
            fields=[
                ("object", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advice",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={"ordering": ("at", "object")},
        ),
    ]
