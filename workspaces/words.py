"""The audit trail in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Kinds that any app records; what is missing here is shown as it is written.
KINDS = {
    "account.imported": gettext_lazy("Accounts imported"),
    "accounts.changed_back": gettext_lazy("Change of many accounts undone"),
    "accounts.changed_together": gettext_lazy("Many accounts changed"),
    "alert_rule.changed": gettext_lazy("Alert rule changed"),
    "alert_rule.created": gettext_lazy("Alert rule added"),
    "alert_rule.restored": gettext_lazy("Alert rule brought back"),
    "alert_rule.retired": gettext_lazy("Alert rule retired"),
    "chat.added": gettext_lazy("Chat added"),
    "chat.changed": gettext_lazy("Chat changed"),
    "chat.disabled": gettext_lazy("Chat switched off"),
    "chat.enabled": gettext_lazy("Chat switched on"),
    "chat.tested": gettext_lazy("Test sent to a chat"),
    "connection.address_renewed": gettext_lazy("Connection given a new address"),
    "connection.changed": gettext_lazy("Connection's settings changed"),
    "connection.created": gettext_lazy("Help desk connected"),
    "connection.disabled": gettext_lazy("Connection switched off"),
    "connection.enabled": gettext_lazy("Connection switched on"),
    "connection.mapped": gettext_lazy("Connection's fields mapped"),
    "connection.secret_renewed": gettext_lazy("Connection given a new secret"),
    "delivery.assigned": gettext_lazy("Event given to an account"),
    "delivery.dismissed": gettext_lazy("Event dismissed"),
    "content.added": gettext_lazy("Learning content added"),
    "content.changed": gettext_lazy("Learning content changed"),
    "content.restored": gettext_lazy("Learning content brought back"),
    "content.retired": gettext_lazy("Learning content retired"),
    "contact.erased": gettext_lazy("Contact erased"),
    "contact.exported": gettext_lazy("Everything about a contact exported"),
    "deliveries.replayed": gettext_lazy("Many deliveries processed again"),
    "delivery.replayed": gettext_lazy("Delivery processed again"),
    "effect.cancelled": gettext_lazy("Stuck work cancelled"),
    "effect.replayed": gettext_lazy("Stuck work tried again"),
    "effects.replayed": gettext_lazy("All stuck work tried again"),
    "field.changed": gettext_lazy("Custom field changed"),
    "field.defined": gettext_lazy("Custom field added"),
    "field.restored": gettext_lazy("Custom field brought back"),
    "field.retired": gettext_lazy("Custom field retired"),
    "health.alerts_changed": gettext_lazy("Dealing with alerts changed"),
    "health.weighed": gettext_lazy("Weights of the score changed"),
    "health_profile.added": gettext_lazy("Health profile added"),
    "health_profile.changed": gettext_lazy("Health profile changed"),
    "health_profile.moved": gettext_lazy("Order of health profiles changed"),
    "health_profile.restored": gettext_lazy("Health profile brought back"),
    "health_profile.retired": gettext_lazy("Health profile retired"),
    "health.budget_changed": gettext_lazy("Budget of alerts changed"),
    "risk.adopted": gettext_lazy("Learned risk adopted"),
    "risk.asked": gettext_lazy("What the risk is asked changed"),
    "risk.retired": gettext_lazy("Learned risk taken out of use"),
    "import.finished": gettext_lazy("File brought in"),
    "invitation.withdrawn": gettext_lazy("Invitation withdrawn"),
    "theme.added": gettext_lazy("Theme added"),
    "theme.changed": gettext_lazy("Theme changed"),
    "theme.merged": gettext_lazy("Theme merged into another"),
    "theme.restored": gettext_lazy("Theme brought back"),
    "theme.retired": gettext_lazy("Theme retired"),
    "voice.naming_changed": gettext_lazy("Naming people beside quotes changed"),
    "member.added": gettext_lazy("Member joined"),
    "member.invited": gettext_lazy("Member invited"),
    "member.removed": gettext_lazy("Member removed"),
    "member.role_changed": gettext_lazy("Member given another role"),
    "persona.added": gettext_lazy("Persona added"),
    "persona.changed": gettext_lazy("Persona changed"),
    "persona.restored": gettext_lazy("Persona brought back"),
    "persona.retired": gettext_lazy("Persona retired"),
    "playbook.added": gettext_lazy("Playbook written"),
    "playbook.changed": gettext_lazy("Playbook changed"),
    "playbook.restored": gettext_lazy("Playbook brought back"),
    "playbook.retired": gettext_lazy("Playbook retired"),
    "criterion.added": gettext_lazy("Criterion of the ideal customer added"),
    "criterion.changed": gettext_lazy("Criterion of the ideal customer changed"),
    "criterion.restored": gettext_lazy("Criterion of the ideal customer used again"),
    "criterion.retired": gettext_lazy("Criterion of the ideal customer retired"),
    "retention.changed": gettext_lazy("Days for which data is kept changed"),
    "segment.archived": gettext_lazy("Segment archived"),
    "segment.changed": gettext_lazy("Segment changed"),
    "segment.created": gettext_lazy("Segment created"),
    "segment.deleted": gettext_lazy("Segment deleted"),
    "segment.restored": gettext_lazy("Segment brought back"),
    "promises.asked": gettext_lazy("Customer asked to acknowledge expectations"),
    "promises.link_withdrawn": gettext_lazy("Link to expectations withdrawn"),
    "suppression.lifted": gettext_lazy("Erased person may be brought in again"),
    "token.issued": gettext_lazy("API token issued"),
    "token.revoked": gettext_lazy("API token revoked"),
    "workspace.erasure_cancelled": gettext_lazy("Workspace is to be kept after all"),
    "workspace.erasure_scheduled": gettext_lazy("Workspace is to be deleted"),
    "webhook.changed": gettext_lazy("Webhook changed"),
    "webhook.created": gettext_lazy("Webhook added"),
    "webhook.disabled": gettext_lazy("Webhook switched off"),
    "webhook.enabled": gettext_lazy("Webhook switched on"),
    "webhook.replayed": gettext_lazy("Messages to a webhook sent again"),
    "webhook.secret_renewed": gettext_lazy("Webhook given a new secret"),
    "webhook.tested": gettext_lazy("Test sent to a webhook"),
}


def audited(kind: str) -> str:
    """`member.role_changed` as a reader sees it."""
    return str(KINDS.get(kind) or kind.replace(".", " ").replace("_", " ").capitalize())


def detail(data: dict[str, object]) -> str:
    """What else was noted, in one line."""
    parts = (f"{key.replace('_', ' ')}: {_value(value)}" for key, value in data.items())
    return ", ".join(parts)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return str(value)
