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
    """As of scores in health 0016."""

    dependencies = [("risk", "0001_initial")]

    operations = [without_key("riskscore")]
