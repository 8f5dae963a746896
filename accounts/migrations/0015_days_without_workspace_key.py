import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    """Day rows come by the ten thousand, and each foreign key is a look-up per row: a third of the time of writing
    them. Their account is one of this workspace by its own key and both tables' policies, so the workspace's key
    says nothing more."""

    dependencies = [("accounts", "0014_sorting_at_size")]

    operations = [
        migrations.AlterField(
            model_name="metricday",
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
        ),
    ]
