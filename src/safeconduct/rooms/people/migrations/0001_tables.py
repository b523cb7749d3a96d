"""Tables of people."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('name_object', models.CharField(max_length=32)),
                ('country', models.CharField(max_length=2)),
                ('governmental', models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name='Clearance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_id', models.CharField(max_length=32)),
                ('matter', models.CharField(max_length=32)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person_id', 'matter'), name='people_clearance_once')],
            },
        ),
        migrations.CreateModel(
            name='LoginKey',
            fields=[
                ('credential_id', models.CharField(max_length=1400, primary_key=True, serialize=False)),
                ('public_key', models.TextField()),
                ('rp_id', models.CharField(max_length=253)),
                ('sign_count', models.BigIntegerField(default=0)),
                ('removed_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='people.account')),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('name_object', models.CharField(max_length=32)),
                ('suspended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='people.organisation')),
            ],
        ),
        migrations.AddField(
            model_name='account',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='people.person'),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=32)),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='people.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['analyst', 'counsel', 'approver', 'second_reader', 'security_engineer', 'officer'])), name='people_membership_role'), models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='people_membership_window')],
            },
        ),
    ]
