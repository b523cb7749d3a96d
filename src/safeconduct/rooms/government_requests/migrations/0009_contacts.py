import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("government_requests", "0008_kinds_of_paper"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("direction", models.CharField(max_length=8)),
                ("channel", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=64)),
                ("document", models.CharField(blank=True, max_length=64)),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("by", models.CharField(max_length=64)),
                ("entered_at", models.DateTimeField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="government_requests.matter",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "entered_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["incoming", "outgoing"])), name="contact_direction"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["telephone", "e_mail", "post", "fax", "portal", "in_person"])
                        ),
                        name="contact_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("words", ""), _negated=True),
                            models.Q(("document", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="contact_says_something",
                    ),
                ],
            },
        ),
    ]
