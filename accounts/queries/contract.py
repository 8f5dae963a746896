"""What pages, API and other apps ask about contracts."""

from accounts.models import Account, Contract, ContractQuerySet


def contracts() -> ContractQuerySet:
    """Every contract with the account, by account."""
    return Contract.objects.select_related("account").order_by("account__name", "-ends_on", "pk")


def contracts_of(account: Account) -> ContractQuerySet:
    """The account's contracts, the one that ends last first."""
    return Contract.objects.filter(account=account).order_by("-ends_on", "-pk")
