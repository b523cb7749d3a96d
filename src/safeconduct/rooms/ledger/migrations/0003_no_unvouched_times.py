"""A ledger row holds nothing that no hash or signature vouches for: three times go that nobody read.

Plain SQL, since Django would rebuild the tables on SQLite and lose their triggers.
"""

from django.db import migrations

GONE = (("head", "ledger_head"), ("cosignature", "ledger_cosignature"), ("publicslot", "ledger_publicslot"))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            sql=f'ALTER TABLE {table} DROP COLUMN "at"',
            reverse_sql=migrations.RunSQL.noop,
            state_operations=[migrations.RemoveField(model_name=model, name="at")],
        )
        for model, table in GONE
    ]
