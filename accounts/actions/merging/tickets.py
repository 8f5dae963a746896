"""Tickets in sets: history of a help desk, as its export tells it. Nobody is asked about what is brought in."""

from accounts.actions.merging import references
from accounts.actions.merging.stage import Columns, Stage

COLUMNS: Columns = (
    ("row", "int"),
    ("external_id", "text"),
    *references.COLUMNS,
    ("email", "text"),
    ("number", "text"),
    ("url", "text"),
    ("subject", "text"),
    ("agent_name", "text"),
    ("agent_email", "text"),
    ("priority", "text"),
    ("topic", "text"),
    ("tags", "varchar[]"),
    ("locale", "text"),
    ("opened_at", "timestamptz"),
    ("closed_at", "timestamptz"),
    ("updated_at", "timestamptz"),
    ("is_closed", "boolean"),  # what the status says; a time of closing says it, too
)

_BY_ID = """
update staged s set target = t.id, account_id = t.account_id
from accounts_ticket t
where t.workspace_id = %(ws)s and t.source = s.source and t.external_id = s.external_id
"""

_BY_CONTACT = """
update staged s set contact_id = c.id, account_id = coalesce(s.account_id, c.account_id)
from accounts_contact c
where c.workspace_id = %(ws)s and c.email = s.email and c.email <> ''
"""

_LOCK = """
select t.id from accounts_ticket t
where t.workspace_id = %(ws)s and t.id in (select target from staged where target is not null)
order by t.id for no key update
"""

# What was said before counts, where the row is silent; a row that is older than what we know changes nothing.
_TURN = """
update staged s
set is_older = s.updated_at < t.source_updated_at,
    was_open = t.id is null or t.closed_at is null,
    is_closed = coalesce(s.closed_at is not null or s.is_closed, t.closed_at is not null, false),
    closed_at = coalesce(s.closed_at, t.closed_at, s.updated_at, %(at)s),
    updated_at = coalesce(s.updated_at, greatest(t.source_updated_at, s.closed_at, s.opened_at, t.opened_at)),
    episode = coalesce(t.episode, 0)
from staged n left join accounts_ticket t on t.workspace_id = %(ws)s and t.id = n.target
where n.row = s.row
"""

_COMPARE = """
update staged s set fields = array_remove(array[
    case when s.number <> t.number then 'number' end,
    case when s.url <> t.url then 'url' end,
    case when s.subject <> t.subject then 'subject' end,
    case when s.agent_name <> t.agent_name then 'agent_name' end,
    case when s.agent_email <> t.agent_email then 'agent_email' end,
    case when s.priority <> t.priority then 'priority' end,
    case when s.topic <> t.topic then 'topic' end,
    case when s.tags <> t.tags then 'tags' end,
    case when s.locale <> t.locale then 'locale' end,
    case when s.contact_id <> t.contact_id then 'contact' end,
    case when s.is_closed <> (t.closed_at is not null) then 'closed_at' end
], null)
from accounts_ticket t where t.workspace_id = %(ws)s and t.id = s.target and s.is_older is not true
"""


def judge(stage: Stage, *, is_final: bool) -> None:
    """Say of each row which ticket it is and what it changes; `is_final`: hold those rows until the end."""
    stage.run(
        "alter table staged add column if not exists contact_id bigint, add is_older boolean, add was_open boolean,"
        " add episode smallint"
    )
    stage.run(_BY_ID)
    references.find_accounts(stage)
    if stage.has("s.email is not null"):
        stage.run(_BY_CONTACT)
    if is_final:
        stage.rows(_LOCK)
    references.refuse_same_target(stage)
    references.refuse_strangers(stage)
    stage.refuse("opened_missing", "s.target is null and s.opened_at is null")
    stage.refuse("closed_before_opened", "s.target is null and s.closed_at < s.opened_at")
    stage.refuse("not_yet", "greatest(s.opened_at, s.closed_at) > %(at)s + interval '1 day'")
    stage.run(_TURN)
    if stage.has("s.target is not null"):
        stage.run(_COMPARE)
    stage.settle()


def merge(stage: Stage) -> None:
    """Write what `judge` found, as `apply_ticket` would have, but for the reactions: this is history."""
    stage.number("accounts_ticket_id_seq")
    stage.run("update staged set episode = episode + 1 where is_closed and was_open and verdict in ('new', 'changed')")
    stage.run(_INSERT)
    if stage.has("s.verdict = 'changed'"):
        stage.run(_UPDATE)
    stage.run(
        "update staged s set number = t.number, subject = t.subject, priority = t.priority, topic = t.topic,"
        " tags = t.tags"
        " from accounts_ticket t where s.verdict in ('new', 'changed') and t.workspace_id = %(ws)s and t.id = s.target"
    )
    stage.tell("ticket.opened", _ABOUT, "s.verdict = 'new'", at="s.opened_at", is_history=True)
    written = "s.verdict in ('new', 'changed')"
    stage.tell("ticket.closed", _ABOUT, f"{written} and s.is_closed and s.was_open", at="s.closed_at", is_history=True)
    stage.tell(
        "ticket.reopened", _ABOUT, f"{written} and not s.is_closed and not s.was_open", at="s.updated_at",
        is_history=True,
    )  # fmt: skip
    stage.tell(
        "ticket.changed", _TRIAGE, "s.verdict = 'changed' and s.fields && '{priority,topic,tags}'", at="s.updated_at",
        is_history=True,
    )  # fmt: skip
    stage.tell_watchers()


_INSERT = """
insert into accounts_ticket (id, workspace_id, account_id, contact_id, source, external_id, number, url, subject,
    agent_name, agent_email, priority, topic, tags, locale, opened_at, closed_at, episode, source_updated_at)
select s.target, %(ws)s, s.account_id, s.contact_id, s.source, s.external_id, coalesce(s.number, ''),
    coalesce(s.url, ''), coalesce(s.subject, ''), coalesce(s.agent_name, ''), coalesce(s.agent_email, ''),
    coalesce(s.priority, ''), coalesce(s.topic, ''), coalesce(s.tags, '{}'), coalesce(s.locale, ''),
    s.opened_at, case when s.is_closed then s.closed_at end, s.episode, s.updated_at
from staged s where s.verdict = 'new' order by s.row
"""

_UPDATE = """
update accounts_ticket t
set number = coalesce(s.number, t.number), url = coalesce(s.url, t.url), subject = coalesce(s.subject, t.subject),
    agent_name = coalesce(s.agent_name, t.agent_name), agent_email = coalesce(s.agent_email, t.agent_email),
    priority = coalesce(s.priority, t.priority), topic = coalesce(s.topic, t.topic),
    tags = coalesce(s.tags, t.tags), locale = coalesce(s.locale, t.locale),
    contact_id = coalesce(s.contact_id, t.contact_id), episode = s.episode,
    closed_at = case when s.is_closed then case when s.was_open then s.closed_at else t.closed_at end end,
    reopened_at = case when s.is_closed or s.was_open then t.reopened_at else s.updated_at end,
    source_updated_at = greatest(t.source_updated_at, s.updated_at)
from staged s
where t.workspace_id = %(ws)s and t.id = s.target and s.verdict = 'changed'
"""

_ABOUT = """
jsonb_build_object('ticket_id', s.target, 'episode', s.episode, 'number', s.number, 'subject', s.subject)
"""

_TRIAGE = f"{_ABOUT} || jsonb_build_object('priority', s.priority, 'topic', s.topic, 'tags', s.tags)"
