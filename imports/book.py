"""What a cell may name: people of the team, personas, own fields, metrics; and the words for choices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from accounts.models import Account, Contact, CustomField
from accounts.stages import Stage
from imports.cells import BadCell, Reader, fold
from journeys.models import Touchpoint


@dataclass(frozen=True)
class Book:
    """Everything of the workspace that reading needs; names are folded, one that two share is None."""

    workspace_id: int
    members: Mapping[str, int | None] = field(default_factory=dict)
    users: Mapping[str, int | None] = field(default_factory=dict)
    personas: Mapping[str, int | None] = field(default_factory=dict)
    own_fields: Mapping[str, CustomField] = field(default_factory=dict)
    metrics: Mapping[str, str] = field(default_factory=dict)


def named(people: Iterable[tuple[str, int, bool]]) -> dict[str, int | None]:
    """Folded name -> id, of (name, id, is gone), those still here first; None where two here have the same name."""
    found: dict[str, int | None] = {}
    for name, pk, is_gone in people:
        key = fold(name)
        if key and not (is_gone and key in found):
            found[key] = pk if found.get(key, pk) == pk else None
    return found


def one_of(names: Mapping[str, int | None], what: str) -> Reader:
    """The id of somebody or something by name, as text."""

    def read(cell: str) -> str:
        key = fold(cell)
        if key not in names:
            raise BadCell(f"no_{what}", value=cell[:80])
        found = names[key]
        if found is None:
            raise BadCell(f"several_{what}", value=cell[:80])
        return str(found)

    return read


def _words(choices: Iterable[tuple[str, object]], more: Mapping[str, str]) -> dict[str, str]:
    """What each choice may be called: its key, its label, and what other systems say."""
    words: dict[str, str] = {}
    for value, label in choices:
        words |= {fold(str(label)): value, fold(value): value}
        words |= {fold(name): value for name in more.get(value, "").split(",") if name.strip()}
    return words


TIERS = _words(
    Account.Tier.choices,
    {"strategic": "enterprise,key,tier 1,a,platinum", "growth": "mid market,tier 2,b,gold", "standard": "smb,tier 3,c"},
)
STAGES = _words(
    Stage.choices,
    {
        "awareness": "subscriber,lead,new,marketing qualified lead,mql,target",
        "consideration": "prospect,sales qualified lead,sql,qualified",
        "decision": "opportunity,negotiation,proposal",
        "delivery": "onboarding,implementation",
        "use": "customer,active,live,client,active customer",
        "loyalty": "loyal",
        "advocacy": "evangelist,advocate,promoter",
        "disappointment": "at risk",
        "churn": "churned,former customer,inactive,lost,cancelled,canceled,past customer",
    },
)
ROLES = _words(
    Contact.Role.choices,
    {
        "decision_maker": "budget holder,economic buyer,executive sponsor,executive,buyer,owner",
        "champion": "influencer,sponsor",
        "end_user": "user,other,admin,technical",
    },
)
INFLUENCES = _words(Contact.Influence.choices, {})
STANCES = _words(
    Contact.Stance.choices,
    {
        "advocate": "promoter",
        "supporter": "positive,friendly",
        "sceptic": "skeptic,skeptical",
        "opponent": "detractor,blocker,negative",
    },
)
CONSENTS = _words(
    [choice for choice in Contact.Consent.choices if choice[0]],
    {"given": "yes,true,granted,opted in,subscribed", "withdrawn": "no,false,revoked,opted out,unsubscribed"},
)
CHANNELS = _words(
    Touchpoint.Channel.choices,
    {
        "call": "phone,phone call,telephone,outbound call,inbound call",
        "meeting": "visit,on site,onsite,video call,zoom,teams,event,webinar,workshop,qbr",
        "email": "mail,e mail,outgoing email,incoming email,incoming mail",
        "chat": "slack,message,sms,whatsapp,linkedin message,conversation",
        "note": "comment,task,to do",
        "gift": "swag",
    },
)
DIRECTIONS = _words(
    Touchpoint.Direction.choices,
    {"two_way": "inbound,in,both,received,reply", "one_way": "outbound,out,sent"},
)
OUTCOMES = _words(
    Touchpoint.Outcome.choices,
    {
        "held": "completed,attended,took place,connected",
        "missed": "no show,no answer,not attended,did not attend",
    },
)
EXPERIENCES = {fold(str(label)): str(value) for value, label in Touchpoint.Experience.choices}
CLOSED = frozenset(
    fold(word)
    for word in (
        "closed solved resolved done completed complete merged deleted true yes 1 geschlossen fermé cerrado"
        " 已关闭 已關閉 已解决 已解決"
    ).split()
)
METRIC_KINDS = {"counter": "counter", "gauge": "gauge", "rating": "rating", "count": "counter", "level": "gauge"}
LANGUAGES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "italiano": "it", "dutch": "nl", "nederlands": "nl", "polish": "pl",
    "polski": "pl", "portuguese": "pt", "português": "pt", "japanese": "ja", "日本語": "ja", "chinese": "zh-hans",
    "simplifiedchinese": "zh-hans", "简体中文": "zh-hans", "zhcn": "zh-hans", "traditionalchinese": "zh-hant",
    "繁體中文": "zh-hant", "zhtw": "zh-hant",
}  # fmt: skip
