"""Links between matters, what papers say of earlier ones, and how often a token was used."""

import django.db.models.deletion
from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers
from safeconduct.rooms.government_requests.rules.links import LINK

TABLE = "government_requests_matterlink"


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for sql in transition_triggers(table=TABLE, initial=LINK.initial, steps=LINK.steps(), vendor=vendor):
        schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)



class Migration(migrations.Migration):

    dependencies = [
        ('government_requests', '0020_seeded_fakes'),
    ]

    operations = [
        migrations.AddField(
            model_name='apitoken',
            name='window_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='window_calls',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name='MatterLink',
            fields=[
                ('id', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('state', models.CharField(default='standing', max_length=8)),
                ('reason', models.CharField(max_length=64)),
                ('by', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('ended_reason', models.CharField(blank=True, max_length=64)),
                ('ended_by', models.CharField(blank=True, max_length=64)),
                ('ended_at', models.DateTimeField(null=True)),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='government_requests.matter')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_from', to='government_requests.matter')),
            ],
            options={
                'ordering': ('-at', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('standing', 'ended'))), name='link_state'), models.CheckConstraint(condition=models.Q(('kind__in', ['supplement', 'duplicate', 'same_investigation', 'challenge'])), name='link_kind'), models.CheckConstraint(condition=models.Q(('one', models.F('other')), _negated=True), name='link_of_two'), models.UniqueConstraint(condition=models.Q(('state', 'standing')), fields=('one', 'other'), name='link_standing_once')],
            },
        ),
        migrations.CreateModel(
            name='StatedReference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('value', models.CharField(max_length=64)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stated', to='government_requests.matter')),
            ],
            options={
                'ordering': ('kind', 'value'),
                'indexes': [models.Index(fields=['kind', 'value'], name='stated_value')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ('case_number', 'ours'))), name='stated_kind'), models.UniqueConstraint(fields=('matter', 'kind', 'value'), name='stated_once')],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
