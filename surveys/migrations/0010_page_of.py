from django.db import migrations

# plpgsql keeps the plan of the nine tables for the session; a function in SQL would plan anew for every visitor.
PAGE_OF = """
create function surveys_page_of(digest text) returns table (
    workspace_id bigint, invitation_id bigint, expires_at timestamptz, kind text, points int, trigger text, subject text, locale text, ticket_locale text,
    account_locale text, company text, accent text, key text, logo_width int, logo_height int, language text,
    value int, comment text, replies jsonb
) language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
    return query select i.workspace_id, i.id, i.expires_at, s.kind::text, s.points::int, s.trigger::text, coalesce(t.subject, '')::text,
        coalesce(nullif(i.locale, ''), c.locale)::text, coalesce(t.locale, '')::text, a.locale::text,
        coalesce(nullif(x.sender_name, ''), w.name)::text, coalesce(l.accent, '')::text, coalesce(l.key, '')::text,
        coalesce(l.logo_width, 0)::int, coalesce(l.logo_height, 0)::int, coalesce(l.language, '')::text,
        g.value::int, coalesce(g.comment, '')::text, g.replies
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
    """What the page of one link shows, found by the digest of its secret before any workspace is known."""

    dependencies = [("surveys", "0009_look_and_wishes"), ("accounts", "0028_languages")]

    operations = [migrations.RunSQL(PAGE_OF, "drop function surveys_page_of")]
