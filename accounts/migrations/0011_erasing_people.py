import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_named"), ("workspaces", "0002_lookups")]

    operations = [
        migrations.AddField("contact", "erasing_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("contact", "erased_at", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("contact_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
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
                    models.UniqueConstraint(fields=("workspace", "digest"), name="accounts_suppressed_once")
                ],
            },
        ),
    ]
