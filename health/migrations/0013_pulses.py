"""What people themselves think of how a customer is doing."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_owned_statistics"),
        ("health", "0012_first_profiles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Pulse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.SmallIntegerField(
                        choices=[
                            (1, "About to leave"),
                            (2, "In trouble"),
                            (3, "Shaky"),
                            (4, "Steady"),
                            (5, "Doing well"),
                            (6, "Thriving"),
                        ],
                        verbose_name="how they are doing",
                    ),
                ),
                ("reason", models.TextField(verbose_name="why")),
                ("at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pulses",
                        to="accounts.account",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "indexes": [models.Index(fields=["workspace", "account", "-at", "-id"], name="health_pulses_of")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(step__range=(1, 6)), name="health_pulse_step"),
                    models.CheckConstraint(condition=~models.Q(reason=""), name="health_pulse_has_reason"),
                ],
            },
        ),
    ]
