"""What pages, API and other apps ask about people at customers."""

from django.db.models import Case, F, When

from accounts.models import Account, Contact, ContactQuerySet
from accounts.queries.search import MOST_FOUND, beginning_first, by_beginning


def contacts() -> ContactQuerySet:
    """Every contact with the account, by name; but for those who were erased."""
    return Contact.objects.known().select_related("account").order_by("name", "pk")


def people() -> ContactQuerySet:
    """`contacts`, and what is left of those who were erased."""
    return Contact.objects.select_related("account").order_by("name", "pk")


def contacts_of(account: Account) -> ContactQuerySet:
    """The account's people: those still there first, decision makers before champions before the rest."""
    rank = {Contact.Role.DECISION_MAKER: 0, Contact.Role.CHAMPION: 1, Contact.Role.END_USER: 2}
    whens = [When(role=role, then=place) for role, place in rank.items()]
    return Contact.objects.filter(account=account).order_by(
        F("left_at").desc(nulls_first=True), Case(*whens), "name", "pk"
    )


def deciders_and_champions(account: Account) -> ContactQuerySet:
    """Those whom an account can least do without, also those who left."""
    roles = (Contact.Role.DECISION_MAKER, Contact.Role.CHAMPION)
    return Contact.objects.filter(account=account, role__in=roles).order_by("pk")


def found_contacts(words: str, most: int = MOST_FOUND) -> ContactQuerySet:
    """People by a part of their name or address, or by the beginning of their name if that is short.

    Those whose name begins so come first.
    """
    words = words.strip()
    ids = beginning_first(("accounts_contacts_beginning", "accounts_search_contacts"), words, most)
    found = Contact.objects.known().filter(pk__in=ids).select_related("account")
    return found.order_by(by_beginning(words), "name", "pk")
