"""A signing in may be by the provider of an officer's agency."""

from django.db import migrations, models

ASSURANCES = ("passkey", "code", "demonstration", "provider", "agency")


class Migration(migrations.Migration):
    dependencies = [("people", "0006_mandates")]

    operations = [
        migrations.RemoveConstraint(model_name="signin", name="people_signin_assurance"),
        migrations.AddConstraint(
            model_name="signin",
            constraint=models.CheckConstraint(
                condition=models.Q(("assurance__in", ASSURANCES)), name="people_signin_assurance"
            ),
        ),
    ]
