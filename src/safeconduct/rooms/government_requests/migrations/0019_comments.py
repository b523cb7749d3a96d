"""Comments on a matter, between outside counsel and the desk."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0018_costs_and_testimony")]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("object", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={"ordering": ("at", "object")},
        ),
    ]
