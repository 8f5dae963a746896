from importlib import import_module

from django.db import migrations

BEFORE: str = import_module("surveys.migrations.0010_page_of").PAGE_OF
PAGE_OF = """
create function surveys_page_of(digest text) returns table (
    workspace_id bigint, invitation_id bigint, expires_at timestamptz, kind text, points int, trigger text, subject text,
    locale text, ticket_locale text, account_locale text, company text, accent text, key text, logo_width int, logo_height int, language text,
    value int, comment text, replies jsonb, survey_id bigint, account_id bigint, contact_id bigint
) language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
    return query select i.workspace_id, i.id, i.expires_at, s.kind::text, s.points::int, s.trigger::text, coalesce(t.subject, '')::text,
        coalesce(nullif(i.locale, ''), c.locale)::text, coalesce(t.locale, '')::text, a.locale::text,
        coalesce(nullif(x.sender_name, ''), w.name)::text, coalesce(l.accent, '')::text, coalesce(l.key, '')::text,
        coalesce(l.logo_width, 0)::int, coalesce(l.logo_height, 0)::int, coalesce(l.language, '')::text,
        g.value::int, coalesce(g.comment, '')::text, g.replies, i.survey_id, i.account_id, i.contact_id
    from surveys_invitation i
    join surveys_survey s on s.id = i.survey_id
    join accounts_contact c on c.id = i.contact_id
    join accounts_account a on a.id = i.account_id
    join workspaces_workspace w on w.id = i.workspace_id
    left join accounts_ticket t on t.id = i.ticket_id
    left join surveys_surveysettings x on x.workspace_id = i.workspace_id
    left join surveys_look l on l.workspace_id = i.workspace_id
    left join surveys_answer g on g.workspace_id = i.workspace_id and g.invitation_id = i.id
    where i.token_hash = digest
    limit 1;
end $$
"""


class Migration(migrations.Migration):
    """The page knows by itself whose answer it takes and to what: none has to be looked up when it comes."""

    dependencies = [("surveys", "0013_versions_told")]

    operations = [
        migrations.RunSQL(
            ["drop function surveys_page_of", PAGE_OF],
            ["drop function surveys_page_of", BEFORE],
        )
    ]
