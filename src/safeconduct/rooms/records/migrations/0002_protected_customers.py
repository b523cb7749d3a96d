"""Lets counsel mark customers that are protected."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="customer",
            name="protected",
            field=models.CharField(max_length=8, null=True),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("protected__isnull", True), ("protected__in", ("lawyer", "press", "health")), _connector="OR"),
                name="records_customer_protected",
            ),
        ),
    ]
