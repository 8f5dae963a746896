"""Customers that are asked and do not answer."""

import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_of_a_survey")]

    operations = [
        migrations.CreateModel(
            name="Silence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unanswered", models.PositiveIntegerField()),
                ("people", models.PositiveIntegerField()),
                ("chance", models.FloatField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("asked_at", models.DateTimeField()),
                ("computed_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
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
                "indexes": [
                    models.Index(fields=["workspace", "-unanswered", "id"], name="surveys_silent_longest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["workspace", "account"], name="surveys_silent_once"),
                ],
            },
        ),
    ]
