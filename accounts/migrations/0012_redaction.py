from django.db import migrations

# One person taken out of a text: the address wherever it stands, a name as whole words whatever its case. A name of
# one word is taken out as it is written, because in small letters it is a word like any other; one in a script that
# writes no spaces, wherever it stands.
REDACTED = r"""
create function accounts_redacted(said text, person text, address text) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, public as $$
declare
    before constant text := '(?:(?<![[:alnum:]_])|(?<=\\[nrtbf]))';
    after constant text := '(?![[:alnum:]_])';
    quoted text;
    initial constant text := left(person, 1);
begin
    if address <> '' then
        quoted := regexp_replace(address, '([^[:alnum:]_@[:space:]])', '\\\1', 'g');
        said := regexp_replace(
            said, '(?:(?<![[:alnum:]_.%+-])|(?<=\\[nrtbf]))' || quoted || '(?![[:alnum:]_-])', 'Erased address', 'gi');
    end if;
    if person !~ '[[:alnum:]]' then
        return said;
    end if;
    quoted := regexp_replace(person, '([^[:alnum:]_[:space:]])', '\\\1', 'g');
    quoted := regexp_replace(quoted, '[[:space:]]+', '\\s+', 'g');
    if person ~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]' then
        return regexp_replace(said, quoted, 'Erased person', 'gi');
    elsif person ~ '[[:alnum:]][[:space:]]+[[:alnum:]]' then
        return regexp_replace(said, before || quoted || after, 'Erased person', 'gi');
    elsif initial = lower(initial) and initial <> upper(initial) then
        return said;
    end if;
    return regexp_replace(said, before || quoted || after, 'Erased person', 'g');
end
$$
"""

# In JSON, too, and whatever stands where a person is named.
REDACTED_JSON = r"""
create function accounts_redacted_json(said jsonb, person text, address text) returns jsonb
language plpgsql immutable parallel safe set search_path = pg_catalog, public as $$
declare
    whole constant text := to_jsonb(person)::text;
    quoted text;
    told text := said::text;
begin
    if person <> '' then
        quoted := regexp_replace(whole, '([^[:alnum:]_[:space:]])', '\\\1', 'g');
        told := regexp_replace(
            told, '("(?:name|contact_name|answered_by|owner|requester_name)": )' || quoted, '\1"Erased person"', 'gi');
    end if;
    return accounts_redacted(told, substr(whole, 2, length(whole) - 2), address)::jsonb;
end
$$
"""

# What is told of somebody's answer, without who they are and what they wrote, however deep it stands.
WITHOUT_WORDS = """
create function accounts_without_words(data jsonb, who bigint, is_theirs boolean) returns jsonb
language sql immutable parallel safe set search_path = pg_catalog, public as $$
    select case jsonb_typeof(data)
        when 'array' then (
            select coalesce(jsonb_agg(accounts_without_words(value, who, false) order by place), '[]')
            from jsonb_array_elements(data) with ordinality t(value, place)
        )
        when 'object' then (
            select coalesce(jsonb_object_agg(key, case
                when not is_theirs and data->'contact_id' is distinct from to_jsonb(who)
                    then accounts_without_words(value, who, false)
                when key in ('comment', 'text') then '""'
                when key in ('name', 'contact_name') then '"Erased person"'
                else accounts_without_words(value, who, false)
            end), '{}')
            from jsonb_each(data)
        )
        else data
    end
$$
"""

FORGET_FACTS = """
create function accounts_forget_facts(before timestamptz, most integer) returns bigint
language sql volatile security definer set search_path = pg_catalog, public as $$
    with gone as (
        delete from accounts_fact where id in (
            select f.id from accounts_fact f
            where f.workspace_id = nullif(current_setting('app.workspace', true), '')::bigint
              and f.at < least(before, now() - interval '365 days')
            order by f.id limit most
        ) returning 1
    )
    select count(*) from gone
$$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_erasing_people")]

    operations = [
        migrations.RunSQL(REDACTED, "drop function accounts_redacted"),
        migrations.RunSQL(REDACTED_JSON, "drop function accounts_redacted_json"),
        migrations.RunSQL(WITHOUT_WORDS, "drop function accounts_without_words"),
        migrations.RunSQL(FORGET_FACTS, "drop function accounts_forget_facts"),
    ]
