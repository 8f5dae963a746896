"""Where this room's part of the API is."""

from rest_framework.routers import SimpleRouter

from accounts.api.accounts import AccountViewSet
from accounts.api.bulk import AccountBulkViewSet, ContactBulkViewSet, TicketBulkViewSet
from accounts.api.contacts import ContactViewSet
from accounts.api.contracts import ContractViewSet
from accounts.api.erased import ErasedPersonViewSet
from accounts.api.metrics import MetricBatchViewSet, MetricDayViewSet, MetricViewSet
from accounts.api.own import CustomFieldViewSet
from accounts.api.personas import PersonaViewSet
from accounts.api.tickets import TicketViewSet
from accounts.api.timeline import FactViewSet, TagViewSet


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("accounts/bulk", AccountBulkViewSet, basename="accounts-bulk")
    router.register("accounts", AccountViewSet, basename="accounts")
    router.register("contacts/bulk", ContactBulkViewSet, basename="contacts-bulk")
    router.register("contacts", ContactViewSet, basename="contacts")
    router.register("erased-people", ErasedPersonViewSet, basename="erased-people")
    router.register("contracts", ContractViewSet, basename="contracts")
    router.register("personas", PersonaViewSet, basename="personas")
    router.register("custom-fields", CustomFieldViewSet, basename="custom-fields")
    router.register("tickets/bulk", TicketBulkViewSet, basename="tickets-bulk")
    router.register("tickets", TicketViewSet, basename="tickets")
    router.register("facts", FactViewSet, basename="facts")
    router.register("tags", TagViewSet, basename="tags")
    router.register("metrics/batch", MetricBatchViewSet, basename="metrics-batch")
    router.register("metrics/days", MetricDayViewSet, basename="metrics-days")
    router.register("metrics", MetricViewSet, basename="metrics")
