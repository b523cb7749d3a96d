"""Reports, with their lifecycle held by the database."""

from django.db import migrations, models

from safeconduct.core.base.transition_sql import drop_triggers, transition_triggers

TABLE = "transparency_report"
STEPS = (("built", "discarded"), ("built", "publishing"), ("published", "superseded"), ("publishing", "published"))


def _hold(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for sql in transition_triggers(table=TABLE, initial="built", steps=STEPS, vendor=vendor):
        schema_editor.execute(sql, params=None)


def _let_go(apps, schema_editor):
    for sql in drop_triggers(table=TABLE, vendor=schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('period', models.CharField(max_length=7)),
                ('version', models.PositiveIntegerField()),
                ('state', models.CharField(default='built', max_length=16)),
                ('root', models.CharField(max_length=64)),
                ('leaves', models.TextField()),
                ('received', models.PositiveIntegerField()),
                ('data_left', models.PositiveIntegerField()),
                ('band', models.TextField(blank=True, default='')),
                ('why', models.CharField(blank=True, default='', max_length=400)),
                ('statement', models.TextField(blank=True, default='')),
                ('note', models.TextField(blank=True, default='')),
                ('entry', models.CharField(blank=True, default='', max_length=32)),
                ('public_entry', models.CharField(blank=True, default='', max_length=32)),
                ('built_at', models.DateTimeField()),
                ('intended_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('period', 'version'), name='transparency_report_version'), models.CheckConstraint(condition=models.Q(('state__in', ('built', 'discarded', 'published', 'publishing', 'superseded'))), name='transparency_report_state'), models.CheckConstraint(condition=models.Q(('state__in', ('built', 'discarded')), models.Q(('entry', ''), _negated=True), _connector='OR'), name='transparency_report_entry')],
            },
        ),
        migrations.RunPython(_hold, _let_go),
    ]
