"""The table of sign-ins, and since when an organisation is suspended."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_alarms'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='suspended_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('assurance', models.CharField(max_length=16)),
                ('began', models.DateTimeField()),
                ('last', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='people.account')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('assurance__in', ('passkey', 'code', 'demonstration'))), name='people_signin_assurance'), models.CheckConstraint(condition=models.Q(('last__gte', models.F('began'))), name='people_signin_last')],
            },
        ),
    ]
