import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy


def without_key(model_name: str) -> migrations.AlterField:
    return migrations.AlterField(
        model_name=model_name,
        name="workspace",
        field=models.ForeignKey(
            db_constraint=False,
            db_index=False,
            default=workspaces.tenancy.current_id,
            editable=False,
            on_delete=django.db.models.deletion.CASCADE,
            related_name="+",
            to="workspaces.workspace",
        ),
    )


class Migration(migrations.Migration):
    """As of day rows in accounts 0015: the account has the workspace's key, and every night looked it up twice more for
    each of them: 1.3 s of 24 for 100,000."""

    dependencies = [("health", "0015_alerts_leave")]

    operations = [without_key("healthscore"), without_key("staleaccount")]
