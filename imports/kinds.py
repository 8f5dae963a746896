"""What can be brought in, and the fields that a column can become."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LEFT_OUT = ""
OWN_FIELD = "custom:"  # and the key of one of the workspace's own fields
METRIC = "metric:"  # and the key of a metric: a column of its readings


class Kind(models.TextChoices):
    """What the rows of a file are."""

    ACCOUNTS = "accounts", _("Accounts")
    CONTACTS = "contacts", _("Contacts")
    CONTRACTS = "contracts", _("Contracts")
    TICKETS = "tickets", _("Tickets")
    TOUCHPOINTS = "touchpoints", _("Touchpoints")
    METRICS = "metrics", _("Metrics")


@dataclass(frozen=True)
class Field:
    """One thing that a column can say, with the words for it and what it is called in files of others."""

    key: str
    label: str | Promise
    names: tuple[str, ...] = ()


_OWN_ID = Field("id", _("Ninefold id"), ("ninefold id",))
_SYSTEM = Field("source", _("System of the id"), ("id system",))
_LANGUAGE = Field("locale", _("Language"), ("language", "preferred language", "locale", "sprache", "hs language"))
_WHOSE = (
    Field(
        "account_id",
        _("Account: id"),
        (
            "account id", "accountid", "associated company ids", "associated company id", "company id", "customer id",
            "organization id", "company identifier", "primary associated company id", "requester organization id",
            "account external id", "account number",
        ),
    ),
    Field(
        "account",
        _("Account: name"),
        (
            "account", "account name", "account.name", "associated company", "company", "company name", "customer",
            "customer name", "organization", "organisation", "organization name", "primary associated company",
            "firma", "公司名称", "公司名稱", "客户名称",
        ),
    ),
    Field(
        "account_domain",
        _("Account: domain"),
        ("account domain", "company domain", "company domain name", "requester domain", "domain", "website"),
    ),
)  # fmt: skip

FIELDS: dict[str, tuple[Field, ...]] = {
    Kind.ACCOUNTS: (
        _OWN_ID,
        Field(
            "external_id",
            _("Id"),
            (
                "record id", "id", "account id", "accountid", "external id", "company id", "company identifier",
                "customer id", "customer number", "account number", "organization id", "hs object id", "crm id",
                "requester external id", "record id - company",
            ),
        ),
        _SYSTEM,
        Field("other_ids", _("Ids in other systems"), ("ids elsewhere", "ids in other systems", "external ids")),
        Field(
            "name",
            _("Name"),
            (
                "name", "company name", "account name", "account", "company", "organization", "organisation",
                "organization name", "customer", "customer name", "firma", "firmenname", "公司名称", "公司名稱",
                "客户名称", "客戶名稱", "名称", "名稱",
            ),
        ),
        Field(
            "domains",
            _("E-mail domains"),
            (
                "domains", "domain", "company domain name", "website", "website url", "web site", "email domains",
                "e-mail domains", "requester domain", "url", "homepage", "网站", "網站",
            ),
        ),
        Field("tier", _("Tier"), ("tier", "segment", "customer tier", "target account tier", "ideal customer tier")),
        Field("industry", _("Industry"), ("industry", "sector", "branche", "行业", "行業")),
        Field(
            "arr",
            _("Annual recurring revenue"),
            ("arr", "annual recurring revenue", "recurring revenue", "annual contract value", "acv", "arr__c"),
        ),
        Field("currency", _("Currency"), ("currency", "currency code", "currencyisocode", "account currency")),
        _LANGUAGE,
        Field(
            "owner",
            _("Owner (e-mail or name)"),
            (
                "owner e-mail", "owner.email", "owner", "account owner", "company owner", "csm", "account manager",
                "customer success manager", "owner name", "负责人", "負責人",
            ),
        ),
        Field("stage", _("Stage"), ("stage", "lifecycle stage", "customer stage", "customer status")),
        Field("parent", _("Parent account (id or name)"), (
            "parent account", "parent", "parentid", "parent id", "parent company", "parent account id",
            "parent company id", "parent.name",
        )),
        Field("tags", _("Tags"), ("tags", "labels", "tag")),
    ),
    Kind.CONTACTS: (
        _OWN_ID,
        Field("external_id", _("Id"), (
            "record id", "id", "contact id", "external id", "person id", "hs object id", "record id - contact",
        )),
        _SYSTEM,
        *_WHOSE,
        Field("name", _("Name"), (
            "name", "full name", "contact name", "person", "contact", "姓名", "联系人", "聯絡人",
        )),
        Field("first_name", _("First name"), ("first name", "firstname", "given name", "vorname")),
        Field("last_name", _("Last name"), ("last name", "lastname", "surname", "family name", "nachname")),
        Field("email", _("E-mail"), (
            "email", "e-mail", "email address", "e-mail address", "work email", "contactemailaddress", "邮箱", "郵箱",
            "电子邮件", "電子郵件",
        )),
        Field("title", _("Job title"), ("title", "job title", "position", "jobtitle", "职位", "職位")),
        Field("role", _("Role"), ("role", "buying role", "contact role")),
        Field("persona", _("Persona"), ("persona", "buyer persona", "hs persona")),
        Field("influence", _("Influence"), ("influence",)),
        Field("stance", _("Attitude"), ("attitude", "stance", "sentiment")),
        _LANGUAGE,
        Field("phone", _("Phone"), ("phone", "phone number", "telephone", "mobile phone number", "电话", "電話")),
        Field("time_zone", _("Time zone"), ("time zone", "timezone")),
        Field("consent", _("Consent"), ("consent", "legal basis", "marketing consent")),
        Field("consent_at", _("Date of consent"), ("date of consent", "consent at", "consent date")),
        Field("consent_source", _("Source of consent"), ("source of consent", "consent source")),
        Field("opted_out", _("Wants no surveys"), (
            "opted out", "email opt out", "hasoptedoutofemail", "unsubscribed", "wants no surveys",
        )),
        Field("opted_out_at", _("Wants no surveys since"), (
            "wants no surveys since", "opted out at", "opt out date", "unsubscribed at",
        )),
        Field("left", _("Has left the company"), ("left", "has left", "no longer at company", "has left the company")),
        Field("left_at", _("Left the company at"), ("left the company at", "left at")),
    ),
    Kind.CONTRACTS: (
        _OWN_ID,
        Field("external_id", _("Id"), (
            "record id", "id", "contract id", "contract number", "external id", "subscription id", "agreement id",
            "deal id",
        )),
        _SYSTEM,
        *_WHOSE,
        Field("name", _("Name"), (
            "name", "contract name", "contract", "agreement", "subscription", "deal name", "product", "plan",
            "contract number",
        )),
        Field("starts_on", _("Starts on"), (
            "starts on", "start date", "contract start date", "start", "startdate", "contract start", "effective date",
            "subscription start date",
        )),
        Field("ends_on", _("Ends on"), (
            "ends on", "end date", "contract end date", "end", "enddate", "renewal date", "renews on", "expires on",
            "expiration date", "contract end", "subscription end date",
        )),
        Field("seats", _("Seats"), ("seats", "licenses", "licences", "quantity", "users", "number of seats")),
        Field("value", _("Value"), (
            "value", "amount", "contract value", "total contract value", "annual value", "price", "tcv", "acv",
        )),
        Field("currency", _("Currency"), ("currency", "currency code", "currencyisocode")),
        Field("auto_renews", _("Renews by itself"), (
            "auto renews", "auto renew", "auto renewal", "renews by itself", "automatic renewal",
        )),
    ),
    Kind.TICKETS: (
        Field("external_id", _("Id"), (
            "id", "ticket id", "case id", "record id", "issue id", "external id", "casenumber", "case number",
            "ticket #",
        )),
        _SYSTEM,
        Field("number", _("Number"), ("number", "ticket number", "case number", "casenumber", "ticket #", "issue key")),
        *_WHOSE,
        Field("contact", _("Contact: e-mail"), (
            "requester email", "contact email", "email", "contactemailaddress", "customer email", "requester e-mail",
            "contact e-mail", "suppliedemail",
        )),
        Field("subject", _("Subject"), ("subject", "summary", "title", "summary description", "ticket name")),
        Field("priority", _("Priority"), (
            "priority", "ticket priority", "priority.name", "severity", "urgency", "priorität", "优先级", "優先級",
        )),
        Field("topic", _("Topic"), (
            "topic", "ticket type", "type", "type.name", "issue type", "category", "case reason", "case type",
        )),
        Field("tags", _("Tags"), ("tags", "labels", "ticket tags")),
        Field("status", _("Status"), ("status", "ticket status", "state", "status.name", "isclosed", "closed flag")),
        Field("opened_at", _("Opened at"), (
            "opened at", "created at", "created", "date/time opened", "createddate", "entered", "create date",
            "date created", "opened", "created date", "created time", "date entered", "requested", "_info.dateentered",
        )),
        Field("closed_at", _("Closed at"), (
            "closed at", "solved at", "date/time closed", "closeddate", "closed", "close date", "resolved",
            "resolved at", "date resolved", "closed date", "closed time", "resolved time", "date closed", "solved",
        )),
        Field("updated_at", _("Updated at"), (
            "updated at", "updated", "last updated", "lastmodifieddate", "last modified date", "date updated",
            "last update time", "_info.lastupdated",
        )),
        Field("agent_name", _("Agent: name"), (
            "assignee", "agent", "case owner", "ticket owner", "owner", "owner.name", "agent name", "assigned to",
        )),
        Field("agent_email", _("Agent: e-mail"), ("assignee email", "agent email", "agent e-mail", "owner.email")),
        Field("locale", _("Language"), ("language", "requester locale", "requester language", "locale")),
        Field("url", _("Address"), ("url", "link", "ticket url")),
    ),
    Kind.TOUCHPOINTS: (
        _OWN_ID,
        Field("external_id", _("Id"), ("id", "record id", "activity id", "engagement id", "external id", "task id")),
        _SYSTEM,
        *_WHOSE,
        Field("contact", _("Contact: e-mail"), ("contact email", "contact e-mail", "email", "attendee email")),
        Field("at", _("When"), (
            "when", "date", "at", "activity date", "activitydate", "time", "happened at", "timestamp", "created at",
        )),
        Field("channel", _("Channel"), ("channel", "type", "activity type", "engagement type", "tasksubtype")),
        Field("direction", _("Direction"), ("direction",)),
        Field("summary", _("Summary"), (
            "summary", "subject", "notes", "description", "body", "comments", "full comments", "title", "call notes",
            "meeting notes", "note body", "email subject", "meeting name", "call title",
        )),
        Field("outcome", _("Outcome"), ("outcome", "meeting outcome", "call outcome", "call disposition")),
        Field("is_proactive", _("We reached out first"), ("we reached out first", "proactive", "is proactive")),
        Field("expected", _("Expected"), ("expected",)),
        Field("felt", _("Felt"), ("felt",)),
        Field("by", _("By (e-mail or name)"), (
            "by", "owner", "assigned to", "assigned", "logged by", "activity assigned to",
        )),
    ),
    Kind.METRICS: (
        *_WHOSE,
        _SYSTEM,
        Field("metric", _("Metric"), ("metric", "metric key", "key", "event", "measure")),
        Field("metric_kind", _("Kind of metric"), ("kind", "metric kind", "kind of metric")),
        Field("day", _("Day"), ("day", "date", "datum", "日期")),
        Field("value", _("Value"), ("value", "reading", "amount")),
        Field("n", _("Number of readings"), ("n", "count", "number of readings")),
        Field("total", _("Total of readings"), ("total", "sum", "total of readings")),
        Field("last", _("Last reading"), ("last", "last reading")),
    ),
}  # fmt: skip

# Without one of each row's groups nothing of this kind can be recognised.
NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    Kind.ACCOUNTS: (("name", "external_id", "id"),),
    Kind.CONTACTS: (("email", "name", "first_name", "last_name", "external_id", "id"),),
    Kind.CONTRACTS: (("name", "external_id", "id"),),
    Kind.TICKETS: (("external_id",),),
    Kind.TOUCHPOINTS: (("summary", "id", "external_id"),),
    Kind.METRICS: (("day",), ("account_id", "account", "account_domain")),
}


def field_of(kind: str, key: str) -> Field | None:
    """The field of this key, if the kind has it."""
    return next((known for known in FIELDS[kind] if known.key == key), None)
