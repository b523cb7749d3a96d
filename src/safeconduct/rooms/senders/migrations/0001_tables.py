"""Tables of senders."""


from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Allowance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('what', models.CharField(max_length=16)),
                ('whose', models.CharField(max_length=64)),
                ('used', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'what', 'whose'), name='senders_allowance_once')],
            },
        ),
        migrations.CreateModel(
            name='DirectoryNumber',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('state', models.CharField(default='proposed', max_length=16)),
                ('organisation', models.CharField(blank=True, max_length=32)),
                ('country', models.CharField(max_length=2)),
                ('governmental', models.BooleanField()),
                ('name_object', models.CharField(max_length=64)),
                ('number_object', models.CharField(max_length=64)),
                ('source_object', models.CharField(max_length=64)),
                ('found_on', models.DateField()),
                ('proposed_by', models.CharField(max_length=32)),
                ('proposed_at', models.DateTimeField()),
                ('confirmed_by', models.CharField(blank=True, max_length=32)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('retired_by', models.CharField(blank=True, max_length=32)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('proposed', 'current', 'retired'))), name='senders_number_state'), models.CheckConstraint(condition=models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), name='senders_number_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'current'), _negated=True), models.Q(('confirmed_by', ''), _negated=True), _connector='OR'), name='senders_number_confirmed')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=16, unique=True)),
                ('state', models.CharField(default='received', max_length=16)),
                ('country', models.CharField(max_length=2)),
                ('agency_object', models.CharField(max_length=64)),
                ('person_object', models.CharField(max_length=64)),
                ('post_object', models.CharField(max_length=64)),
                ('mail_object', models.CharField(max_length=64)),
                ('recipient', models.CharField(blank=True, max_length=100)),
                ('named_by', models.CharField(blank=True, max_length=32)),
                ('received_at', models.DateTimeField()),
                ('number', models.CharField(blank=True, max_length=32)),
                ('called_by', models.CharField(blank=True, max_length=32)),
                ('called_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.CharField(blank=True, max_length=32)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('code_digest', models.CharField(blank=True, max_length=64)),
                ('code_ends', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('organisation', models.CharField(blank=True, max_length=32)),
                ('person', models.CharField(blank=True, max_length=32)),
                ('key_digest', models.CharField(blank=True, max_length=64)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'received_at'], name='senders_registration_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('received', 'called', 'called_back', 'enrolled', 'lapsed', 'refused'))), name='senders_registration_state'), models.CheckConstraint(condition=models.Q(('confirmed_by', ''), models.Q(('confirmed_by', models.F('called_by')), _negated=True), _connector='OR'), name='senders_registration_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['called_back', 'enrolled']), _negated=True), models.Q(models.Q(('confirmed_by', ''), _negated=True), models.Q(('called_by', ''), _negated=True), models.Q(('number', ''), _negated=True), models.Q(('person', ''), _negated=True)), _connector='OR'), name='senders_registration_called')],
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('sort', models.CharField(max_length=16)),
                ('subject', models.CharField(max_length=32)),
                ('state', models.CharField(default='good', max_length=16)),
                ('reason', models.CharField(blank=True, max_length=32)),
                ('suspended_by', models.CharField(blank=True, max_length=32)),
                ('suspended_at', models.DateTimeField(null=True)),
                ('entry', models.CharField(blank=True, max_length=32)),
                ('vault_told_at', models.DateTimeField(null=True)),
                ('number', models.CharField(blank=True, max_length=32)),
                ('asked_by', models.CharField(blank=True, max_length=32)),
                ('asked_at', models.DateTimeField(null=True)),
                ('restored_by', models.CharField(blank=True, max_length=32)),
                ('restored_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sort', 'subject'), name='senders_standing_once'), models.CheckConstraint(condition=models.Q(('state__in', ('good', 'restoring', 'suspended'))), name='senders_standing_state'), models.CheckConstraint(condition=models.Q(('sort__in', ('officer', 'organisation'))), name='senders_standing_sort'), models.CheckConstraint(condition=models.Q(('restored_by', ''), models.Q(('restored_by', models.F('asked_by')), _negated=True), _connector='OR'), name='senders_standing_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'restoring'), _negated=True), models.Q(models.Q(('asked_by', ''), _negated=True), models.Q(('number', ''), _negated=True)), _connector='OR'), name='senders_standing_called')],
            },
        ),
    ]
