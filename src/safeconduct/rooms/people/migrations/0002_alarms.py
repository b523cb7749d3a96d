"""The table of alarms."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=16)),
                ('hour', models.CharField(max_length=13)),
                ('code', models.CharField(max_length=40)),
                ('gate', models.CharField(max_length=64)),
                ('caller', models.CharField(max_length=64)),
                ('matter', models.CharField(blank=True, max_length=64)),
                ('at', models.DateTimeField()),
                ('last', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=1)),
                ('entered', models.PositiveIntegerField(default=0)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('acknowledged_by', models.CharField(blank=True, max_length=32)),
                ('reason', models.CharField(blank=True, max_length=32)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('source__in', ('desk', 'portal', 'worker', 'vault'))), name='people_alarm_source'), models.CheckConstraint(condition=models.Q(('entered__lte', models.F('count'))), name='people_alarm_entered'), models.UniqueConstraint(condition=models.Q(('source', 'vault'), _negated=True), fields=('source', 'hour', 'code', 'gate', 'caller'), name='people_alarm_once')],
            },
        ),
    ]
