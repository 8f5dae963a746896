"""What pages, API and other apps ask about contracts."""

from django.db.models import Exists, OuterRef

from accounts.models import Account, Contract, ContractQuerySet


def contracts() -> ContractQuerySet:
    """Every contract with the account, by account."""
    return Contract.objects.select_related("account").order_by("account__name", "-ends_on", "pk")


def contracts_of(account: Account) -> ContractQuerySet:
    """The account's contracts, the one that ends last first; `is_renewed`: another follows it."""
    found = Contract.objects.filter(account=account).select_related("renewed_from")
    return found.annotate(is_renewed=Exists(Contract.objects.filter(renewed_from=OuterRef("pk")))).order_by(
        "-ends_on", "-pk"
    )
