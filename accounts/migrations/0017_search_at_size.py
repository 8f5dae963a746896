from django.db import migrations

PATTERN = "'%' || replace(replace(replace(lower(words), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'"
HERE = "nullif(current_setting('app.workspace', true), '')::bigint"


def found(table: str, order: str, columns: str, matches: str, beside: str) -> str:
    """`most` ids: of words met often by looking at the first rows of an index, of others by their trigrams.

    Left to itself the planner walks a whole index, or the whole table, in the hope of meeting `most` rows soon: two
    seconds where all of them stand at the end. `+ 0`, and a column that no index holds, keep it from that; `often` from
    the trigrams of half the table.
    """
    return f"""
        with often as materialized (
            select id from (
                select id, {columns} from {table} where workspace_id = {HERE} order by {order} limit least(most * 20, 5000)
            ) first_rows where {matches} limit most
        )
        select id from often where (select count(*) from often) = most
        union all (
            select id from {table}
            where (select count(*) from often) < most and ({matches}) and workspace_id + 0 = {HERE}
                and {beside} limit most
        )"""


def replaced(signature: str, returns: str, body: str) -> migrations.RunSQL:
    """The function takes and gives what it did: going back needs nothing."""
    return migrations.RunSQL(
        f"create or replace function {signature} returns table ({returns} bigint) language sql stable security definer"
        f" set search_path = pg_catalog, public set enable_seqscan = off"
        f" set max_parallel_workers_per_gather = 0 as $$ {body} $$",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    # ruff: noqa: S608  our own words
    dependencies = [("accounts", "0016_search_by_index")]

    operations = [
        replaced(
            "accounts_search(words text, most int)",
            "account_id",
            found("accounts_account", "name, id", "name", f"lower(name) like {PATTERN}", "created_at is not null"),
        ),
        replaced(
            "accounts_search_contacts(words text, most int)",
            "contact_id",
            found(
                "accounts_contact",
                "account_id, id",
                "name, email",
                f"lower(name) like {PATTERN} or lower(email) like {PATTERN}",
                "created_at is not null",
            ),
        ),
        replaced(
            "accounts_search_tickets(words text, most int)",
            "ticket_id",
            f"(select id from accounts_ticket where workspace_id = {HERE}"
            " and number in (words, ltrim(words, '#')) limit most) union ("
            + found(
                "accounts_ticket",
                "account_id, opened_at desc",
                "subject",
                f"length(words) > 2 and lower(subject) like {PATTERN}",
                "source_updated_at is not null",
            )
            + ")",
        ),
    ]
