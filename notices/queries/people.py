"""Who is told: of what happens to an account, of what waits for a decision, and by which ways."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from accounts.models import Account
from alerts.queries import OVERSEERS
from notices.kinds import needed
from notices.models import Preference
from workspaces.capabilities import Capability, can
from workspaces.models import Member
from workspaces.queries import members


@dataclass(frozen=True)
class People:
    """Everybody who works here and can sign in, by id."""

    by_id: dict[int, Member]

    def of_role(self, roles: Collection[str]) -> list[int]:
        return [pk for pk, member in self.by_id.items() if member.role in roles]

    def carers(self, account: Account) -> list[int]:
        """The account's owner; managers and administrators when nobody who is still here owns it."""
        return self.only([account.owner_id]) or self.of_role(OVERSEERS)

    def deciders(self) -> list[int]:
        """Who decides about work that is stuck."""
        return [pk for pk, member in self.by_id.items() if can(member.role, Capability.ADMINISTER)]

    def of_users(self, ids: Collection[int | None]) -> list[int]:
        """The members that these users are here."""
        return [pk for pk, member in self.by_id.items() if member.user_id in ids]

    def only(self, ids: Iterable[int | None]) -> list[int]:
        """Those of `ids` who are here."""
        return [pk for pk in ids if pk in self.by_id]

    def allowed(self, ids: Iterable[int], kind: str) -> list[int]:
        """Those of `ids` who may know of `kind`, each once."""
        return [pk for pk in dict.fromkeys(ids) if can(self.by_id[pk].role, needed(kind))]


def people() -> People:
    return People({member.pk: member for member in members().filter(user__is_active=True)})


def preferences(member_ids: Collection[int]) -> dict[int, Preference]:
    """How these want to be told; who has not chosen gets what holds for everybody."""
    chosen = {one.member_id: one for one in Preference.objects.filter(member__in=member_ids)}
    return {pk: chosen.get(pk) or Preference(member_id=pk) for pk in member_ids}


def preference(member_id: int) -> Preference:
    return preferences([member_id])[member_id]
