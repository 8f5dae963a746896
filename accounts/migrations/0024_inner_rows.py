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
    """As of day rows in 0015: an account has the workspace's key, and with these of its facts and ids every import
    looked the workspace up three times a row."""

    dependencies = [("accounts", "0023_words")]

    operations = [without_key("fact"), without_key("externalid")]
