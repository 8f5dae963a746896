from django.db import migrations

# A partition for each month that has none: this month, the two after it, and whichever `rest` holds rows of, which move
# into theirs. A month that is over, and whose rows have all been let go of, is dropped. Reading and writing go through
# the parent and its policy: nobody is granted a partition.
KEEP_MONTHS = """
create or replace function health_keep_months(today date) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public set lock_timeout = '10s' as $$
declare
    first date;
    month text;
    is_left boolean;
    made integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('health_keep_months'));
    for first in
        select ahead::date from generate_series(date_trunc('month', today), today + interval '2 months', '1 month') ahead
        union
        select distinct date_trunc('month', day)::date from health_healthscore_rest
        order by 1
    loop
        month := 'health_healthscore_' || to_char(first, 'YYYY_MM');
        continue when to_regclass('public.' || month) is not null;
        lock table health_healthscore_rest in share row exclusive mode;
        execute format('create table public.%I (like public.health_healthscore including all)', month);
        execute format('alter table public.%I enable row level security, force row level security', month);
        execute format('with moved as (delete from public.health_healthscore_rest '
            'where day >= %L and day < %L returning *) insert into public.%I select * from moved',
            first, first + interval '1 month', month);
        execute format('alter table public.health_healthscore attach partition public.%I for values from (%L) to (%L)',
            month, first, (first + interval '1 month')::date);
        made := made + 1;
    end loop;
    for month in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'public.health_healthscore'::regclass and c.relname ~ '^health_healthscore_[0-9]{4}_[0-9]{2}$'
          and c.relname < 'health_healthscore_' || to_char(today, 'YYYY_MM')
    loop
        execute format('select exists (select from public.%I)', month) into is_left;
        continue when is_left;
        execute format('lock table public.%I in access exclusive mode', month);
        execute format('select exists (select from public.%I)', month) into is_left;
        continue when is_left;
        execute format('drop table public.%I', month);
    end loop;
    return made;
end
$$
"""

KEY = "account_id) references accounts_account (id) deferrable initially deferred"

# What is there becomes the partition of all months without one of their own, and then each month gets its own.
DIVIDE = f"""
alter table health_healthscore rename to health_healthscore_rest;
alter table health_healthscore_rest rename constraint health_healthscore_pkey to health_healthscore_rest_pkey;
drop policy if exists tenant on health_healthscore_rest;
create table health_healthscore (
    like health_healthscore_rest including defaults, primary key (workspace_id, account_id, day),
    constraint health_healthscore_account foreign key ({KEY}
) partition by range (day);
alter table health_healthscore attach partition health_healthscore_rest default;
"""
UNITE = f"""
create table health_healthscore_whole (like health_healthscore including defaults);
insert into health_healthscore_whole select * from health_healthscore;
drop table health_healthscore;
alter table health_healthscore_whole rename to health_healthscore;
alter table health_healthscore add constraint health_healthscore_pkey primary key (workspace_id, account_id, day),
    add constraint health_healthscore_account foreign key ({KEY};
"""  # noqa: S608  our own words


class Migration(migrations.Migration):
    """Scores in partitions, one a month: what is no longer kept goes as a whole, and what is written stays together."""

    dependencies = [("health", "0016_scores_without_workspace_key"), ("workspaces", "0006_erasing_partitions")]

    operations = [
        migrations.RunSQL(DIVIDE, UNITE),
        migrations.RunSQL(KEEP_MONTHS, "drop function health_keep_months"),
        migrations.RunSQL("select health_keep_months(current_date)", migrations.RunSQL.noop),
    ]
