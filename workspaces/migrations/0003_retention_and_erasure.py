import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0002_lookups")]

    operations = [
        migrations.AddField("workspace", "erase_at", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("days", models.PositiveIntegerField(blank=True, null=True)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("run_at", models.DateTimeField(blank=True, null=True)),
                ("gone", models.PositiveIntegerField(default=0)),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        default=workspaces.tenancy.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "kind"), name="workspaces_retention_once")
                ],
            },
        ),
    ]
