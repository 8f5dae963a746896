from django.db import migrations

TAKE = """
create function surveys_take_answer(
    digest text, said int, words text, at timestamptz, kinds text[], sizes int[], highs int[], work text, queue text
) returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    given bigint;
    place bigint;
begin
    insert into surveys_answer (
        workspace_id, survey_id, invitation_id, account_id, contact_id, metric, value, scale_max, comment, replies,
        answered_at, is_late, doubt, version, told
    )
    select i.workspace_id, i.survey_id, i.id, i.account_id, i.contact_id, i.metric, said, c.high, words, '{}',
        at, false, '', 1, 0
    from surveys_invitation i
    join surveys_survey s on s.id = i.survey_id
    join unnest(kinds, sizes, highs) as c(kind, size, high) on c.kind = s.kind and c.size = s.points
    where i.token_hash = digest and at < i.expires_at
    on conflict do nothing
    returning id, workspace_id into given, place;
    if given is not null then
        insert into outbox_effect (
            workspace_id, kind, queue, dedupe_key, payload, state, attempts, available_at, created_at, last_error
        ) values (
            place, work, queue, given || ':1', jsonb_build_object('answer_id', given), 'ready', 0, at, at, ''
        );
    end if;
    return given;
end $$
"""


class Migration(migrations.Migration):
    """The usual answer in one statement: the first to the invitation behind a secret, and the work that tells of it.

    `sizes` and `highs` describe the scales of `kinds` on which the value may be chosen. No workspace need be entered:
    what is written belongs to the invitation's.
    """

    dependencies = [("surveys", "0014_page_with_keys"), ("outbox", "0001_initial")]

    operations = [migrations.RunSQL(TAKE, "drop function surveys_take_answer")]
