from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("government_requests", "0005_prohibitions"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="template",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="letter",
            name="template_digest",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
    ]
