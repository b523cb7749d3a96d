"""Colleagues as the company's identity provider knows them; a signing in may be by it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_sessions'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProviderIdentity',
            fields=[
                ('id', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('bound_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='signin',
            name='people_signin_assurance',
        ),
        migrations.AddConstraint(
            model_name='signin',
            constraint=models.CheckConstraint(condition=models.Q(('assurance__in', ('passkey', 'code', 'demonstration', 'provider'))), name='people_signin_assurance'),
        ),
        migrations.AddField(
            model_name='provideridentity',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='people.account'),
        ),
    ]
