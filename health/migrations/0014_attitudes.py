"""Loyalty and satisfaction of each account, as last measured."""

import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_owned_statistics"),
        ("health", "0013_pulses"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attitude",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id", "account_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("loyalty", models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ("loyalty_coverage", models.FloatField()),
                ("loyalty_n", models.IntegerField()),
                ("satisfaction", models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ("satisfaction_coverage", models.FloatField()),
                ("satisfaction_n", models.IntegerField()),
                (
                    "quadrant",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("both", "Loyal and satisfied"),
                            ("loyal", "Loyal but dissatisfied"),
                            ("satisfied", "Satisfied but not loyal"),
                            ("neither", "Neither loyal nor satisfied"),
                        ],
                        max_length=9,
                    ),
                ),
                ("measured_at", models.DateTimeField()),
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
                "indexes": [models.Index(fields=["workspace", "quadrant", "account"], name="health_attitudes_in")],
            },
        ),
    ]
