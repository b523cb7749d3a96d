"""Papers that were filed in a session of lower assurance."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("government_requests", "0022_waiting")]

    operations = [
        migrations.CreateModel(
            name="LowerFiling",
            fields=[
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="lower_filing",
                        serialize=False,
                        to="government_requests.matter",
                    ),
                ),
                ("assurance", models.CharField(max_length=16)),
            ],
        ),
    ]
