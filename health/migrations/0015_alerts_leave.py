"""Alerts and what opens them are a room of their own: their tables take its name, with every row, index and policy."""

from django.db import migrations

TABLES = ["alert", "alertrule", "alertsettings", "dismissal"]
INDEXES = {
    "health_one_open_alert": "alerts_one_open",
    "health_alerts_of": "alerts_of_account",
    "health_alerts_open": "alerts_open",
    "health_alerts_newest": "alerts_newest",
    "health_alerts_held": "alerts_held",
    "health_alerts_assigned": "alerts_assigned",
    "health_alerts_in_holdout": "alerts_in_holdout",
    "health_alert_rule_name": "alerts_rule_name",
    "health_one_dismissal": "alerts_one_dismissal",
}
CONSTRAINTS = [
    ("alert", "health_closed_somehow", "alerts_closed_somehow"),
    ("alertrule", "health_alert_rule_key", "alerts_rule_key"),
    ("alertsettings", "health_one_alert_settings", "alerts_one_settings"),
    ("alertsettings", "health_holdout_share", "alerts_holdout_share"),
]


def renaming(before: str, after: str) -> list[str]:
    names = [(one, f"{before}_{one}", f"{after}_{one}") for one in TABLES]
    return [
        *(f"alter table {old} rename to {new}" for _, old, new in names),
        *(f"alter sequence {old}_id_seq rename to {new}_id_seq" for _, old, new in names),
        *(f"alter index {old}_pkey rename to {new}_pkey" for _, old, new in names),
    ]


FORWARDS = [
    *renaming("health", "alerts"),
    *(f"alter index {old} rename to {new}" for old, new in INDEXES.items()),
    *(f"alter table alerts_{table} rename constraint {old} to {new}" for table, old, new in CONSTRAINTS),
]
BACKWARDS = [
    *(f"alter table alerts_{table} rename constraint {new} to {old}" for table, old, new in CONSTRAINTS),
    *(f"alter index {new} rename to {old}" for old, new in INDEXES.items()),
    *renaming("alerts", "health"),
]


class Migration(migrations.Migration):
    dependencies = [("health", "0014_attitudes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORWARDS, BACKWARDS)],
            state_operations=[
                migrations.DeleteModel("Alert"),
                migrations.DeleteModel("AlertRule"),
                migrations.DeleteModel("AlertSettings"),
                migrations.DeleteModel("Dismissal"),
            ],
        )
    ]
