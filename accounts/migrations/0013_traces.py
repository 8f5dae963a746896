import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy

# Facts and the audit trail are append-only for everybody but this: it takes one contact of the entered workspace out
# of them, whose erasure is going on.
TRACES = """
create or replace function accounts_erase_traces(who bigint) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    here constant bigint := nullif(current_setting('app.workspace', true), '')::bigint;
    person record;
    changed bigint;
begin
    select e.name, e.email, c.account_id into person
    from accounts_erasure e join accounts_contact c on c.workspace_id = here and c.id = e.contact_id
    where e.workspace_id = here and e.contact_id = who;
    if not found then
        return 0;
    end if;
    with told as (
        select f.id, accounts_redacted_json(
            accounts_without_words(f.data, who, f.kind = 'promise.questioned' and f.data->>'name' = person.name),
            person.name, person.email) as data
        from accounts_fact f where f.workspace_id = here and f.account_id = person.account_id
    )
    update accounts_fact f set data = told.data from told where f.id = told.id and f.data <> told.data;
    get diagnostics changed = row_count;
    with told as (
        select e.id, accounts_redacted(e.subject, person.name, person.email) as subject,
            accounts_redacted_json(e.detail, person.name, person.email) as detail
        from workspaces_auditevent e where e.workspace_id = here
    )
    update workspaces_auditevent e set subject = left(told.subject, 200), detail = told.detail
    from told where e.id = told.id and (e.subject <> told.subject or e.detail <> told.detail);
    return changed;
end
$$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_redaction"), ("workspaces", "0003_retention_and_erasure")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.contact",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        default=workspaces.tenancy.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace", "contact"), name="accounts_erased_once")],
            },
        ),
        migrations.RunSQL(TRACES, "drop function accounts_erase_traces"),
    ]
