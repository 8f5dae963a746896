"""What we know about customers. Django finds an app's models by this module, so it names them all."""

from accounts.models.account import Account, AccountQuerySet, AccountTag, ExternalId, Tag
from accounts.models.contact import Contact, ContactQuerySet, Persona, PersonaQuerySet
from accounts.models.contract import Contract, ContractQuerySet
from accounts.models.custom_field import CustomField, CustomFieldQuerySet
from accounts.models.erasure import Erasure, Suppression
from accounts.models.fact import Fact
from accounts.models.metric import Metric, MetricDay, MetricSource
from accounts.models.ticket import Ticket, TicketQuerySet
from accounts.models.word import Word

__all__ = [
    "Account",
    "AccountQuerySet",
    "AccountTag",
    "Contact",
    "ContactQuerySet",
    "Contract",
    "ContractQuerySet",
    "CustomField",
    "CustomFieldQuerySet",
    "Erasure",
    "ExternalId",
    "Fact",
    "Metric",
    "MetricDay",
    "MetricSource",
    "Persona",
    "PersonaQuerySet",
    "Suppression",
    "Tag",
    "Ticket",
    "TicketQuerySet",
    "Word",
]
