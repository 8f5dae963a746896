"""The words of names, kept so that a mistyped one finds the one that was meant."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from accounts.models import Word
from accounts.queries.words import words_of
from workspaces import tenancy

LEARN, RELEARN = "accounts.learn_words", "accounts.relearn_words"
NAMED = ("account.created", "account.changed", "contact.added", "contact.changed")

_NAMES = """
select a.name, 1 as of_account from accounts_account a where a.workspace_id = %(ws)s {of_accounts}
union all
select c.name, 0 from accounts_contact c where c.workspace_id = %(ws)s and c.erasing_at is null {of_people}
"""
_WORDS = """
select w.text, sum(n.of_account) as accounts
from ({names}) n cross join lateral regexp_split_to_table(lower(n.name), '[^[:alpha:]]+') w(text)
where length(w.text) between 4 and 40
group by w.text
"""
_SOME = _WORDS.format(
    names=_NAMES.format(of_accounts="and a.id = any(%(ids)s)", of_people="and c.account_id = any(%(ids)s)")
)
_ALL = _WORDS.format(names=_NAMES.format(of_accounts="", of_people=""))
_ADD = "insert into accounts_word (workspace_id, text, accounts) select %(ws)s, text, accounts from ({words}) w"
_LEARN = f"{_ADD.format(words=_SOME)} on conflict do nothing"
_RELEARN = """
with used as materialized ({words}), gone as (
    delete from accounts_word o where o.workspace_id = %(ws)s and not exists (select from used u where u.text = o.text)
)
{add}
on conflict (workspace_id, text) do update set accounts = excluded.accounts
where accounts_word.accounts <> excluded.accounts
""".format(words=_ALL, add=_ADD.format(words="select * from used"))  # noqa: S608  our own words


@transaction.atomic
def learn(*, account_ids: Sequence[int], at: datetime) -> None:
    """Take in the words of these accounts' names, and of their people's."""
    _run(_LEARN, ids=list(account_ids))


@transaction.atomic
def relearn(*, at: datetime) -> None:
    """Take in the words of all names, count in how many accounts' they stand, and drop those that no name has."""
    _run(_RELEARN)


@transaction.atomic
def forget(*, name: str, at: datetime) -> None:
    """Drop the words of somebody's name; those that others bear, too, come back with the next `relearn`."""
    Word.objects.filter(text__in=words_of(name)).delete()


def _run(sql: str, **values: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"ws": tenancy.current_id(), **values})
