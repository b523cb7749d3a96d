"""The database itself refuses to change or delete history.

On PostgreSQL it also makes ``safeconduct_ledger_privileges(role)``: the owner of the tables calls it once for the role
that the program runs as, which then can only read and add (docs/formats/ledger-entry.md, section 5).
"""

from django.db import migrations

from safeconduct.core.base.transition_sql import append_only_triggers, drop_triggers

ADD_ONLY = (
    "ledger_leaf",
    "ledger_node",
    "ledger_entry",
    "ledger_erasure",
    "ledger_head",
    "ledger_cosignature",
    "ledger_publicentry",
    "ledger_publicslot",
    "ledger_publicplace",
)

OPENING_WRONG = "NOT EXISTS (SELECT 1 FROM ledger_erasure WHERE ledger_erasure.entry_id = OLD.entry_id)"
STATE_WRONG = "NEW.size <> OLD.size + 1 OR NEW.log <> OLD.log OR NEW.opened_at <> OLD.opened_at"

SQLITE = (
    "CREATE TRIGGER ledger_opening_no_update BEFORE UPDATE ON ledger_opening "
    "BEGIN SELECT RAISE(ABORT, 'ledger_opening: rows are never changed'); END",
    f"CREATE TRIGGER ledger_opening_no_delete BEFORE DELETE ON ledger_opening WHEN {OPENING_WRONG} "
    "BEGIN SELECT RAISE(ABORT, 'ledger_opening: no erasure is on record'); END",
    f"CREATE TRIGGER ledger_logstate_no_update BEFORE UPDATE ON ledger_logstate WHEN {STATE_WRONG} "
    "BEGIN SELECT RAISE(ABORT, 'ledger_logstate: a log grows by one'); END",
    "CREATE TRIGGER ledger_logstate_no_delete BEFORE DELETE ON ledger_logstate "
    "BEGIN SELECT RAISE(ABORT, 'ledger_logstate: rows are never deleted'); END",
)


def _function(name, event, table, condition, message, answer):
    body = (
        f"BEGIN IF {condition} THEN RAISE EXCEPTION '{message}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {answer}; END"
    )
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ {body} $body$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )


PRIVILEGES = """
CREATE FUNCTION safeconduct_ledger_privileges(role name) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY[{tables}, 'ledger_opening', 'ledger_logstate'] LOOP
        EXECUTE format('REVOKE ALL ON TABLE %I FROM PUBLIC', one);
        EXECUTE format('REVOKE ALL ON TABLE %I FROM %I', one, role);
        EXECUTE format('GRANT SELECT, INSERT ON TABLE %I TO %I', one, role);
    END LOOP;
    EXECUTE format('GRANT DELETE ON TABLE ledger_opening TO %I', role);
    EXECUTE format('GRANT UPDATE (size) ON TABLE ledger_logstate TO %I', role);
    FOREACH one IN ARRAY ARRAY['ledger_leaf_id_seq', 'ledger_node_id_seq', 'ledger_head_id_seq',
                               'ledger_cosignature_id_seq'] LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %I TO %I', one, role);
    END LOOP;
END
$body$
""".format(tables=", ".join(f"'{table}'" for table in ADD_ONLY))

POSTGRESQL = (
    *_function("ledger_opening_no_update", "UPDATE", "ledger_opening", "true",
               "ledger_opening: rows are never changed", "NEW"),
    *_function("ledger_opening_no_delete", "DELETE", "ledger_opening", OPENING_WRONG,
               "ledger_opening: no erasure is on record", "OLD"),
    *_function("ledger_logstate_no_update", "UPDATE", "ledger_logstate", STATE_WRONG,
               "ledger_logstate: a log grows by one", "NEW"),
    *_function("ledger_logstate_no_delete", "DELETE", "ledger_logstate", "true",
               "ledger_logstate: rows are never deleted", "OLD"),
    PRIVILEGES,
)


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table in ADD_ONLY:
        for sql in append_only_triggers(table=table, vendor=vendor):
            schema_editor.execute(sql, params=None)
    for sql in SQLITE if vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(sql, params=None)


def backwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table in (*ADD_ONLY, "ledger_opening", "ledger_logstate"):
        for sql in drop_triggers(table=table, vendor=vendor):
            schema_editor.execute(sql, params=None)
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS safeconduct_ledger_privileges(name)", params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]
    operations = [migrations.RunPython(forwards, backwards)]
