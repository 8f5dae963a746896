import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0020_owned_statistics"),
        ("workspaces", "0005_token_scopes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RiskDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("accounts", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                (
                    "numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=django.contrib.postgres.fields.ArrayField(
                            base_field=models.FloatField(null=True), size=None
                        ),
                        size=None,
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
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="RiskRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("settings", models.JSONField()),
                ("started_at", models.DateTimeField()),
                ("done", models.PositiveSmallIntegerField(default=0)),
                ("total", models.PositiveSmallIntegerField(default=0)),
                ("progress_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "too_short",
                                "The history is too short: there is no month to learn from and one to test on.",
                            ),
                            ("no_customers", "There are no customers with a score in the months looked at."),
                            (
                                "leaked",
                                "Some values were recorded after the day they tell of, so nothing was learned from them.",
                            ),
                            ("stuck", "The run stopped making progress and was given up."),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("failure_detail", models.CharField(blank=True, default="", max_length=400)),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None),
                ),
                ("trained_from", models.DateField(blank=True, null=True)),
                ("trained_to", models.DateField(blank=True, null=True)),
                ("tested_from", models.DateField(blank=True, null=True)),
                ("tested_to", models.DateField(blank=True, null=True)),
                ("accounts", models.IntegerField(default=0)),
                ("portfolio", models.IntegerField(default=0)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("proven", "proven"),
                            ("weak", "weak"),
                            ("no_evidence", "no_evidence"),
                            ("worse_than_hand", "worse_than_hand"),
                            ("not_enough_departures", "not_enough_departures"),
                        ],
                        default="",
                        max_length=25,
                    ),
                ),
                (
                    "rung",
                    models.CharField(
                        blank=True,
                        choices=[("hand", "hand"), ("anchored", "anchored"), ("binned", "binned")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("report", models.JSONField(blank=True, null=True)),
                ("card", models.JSONField(blank=True, null=True)),
                ("adopted_at", models.DateTimeField(blank=True, null=True)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "adopted_by",
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
                    "retired_by",
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
                    "started_by",
                    models.ForeignKey(
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
                "indexes": [
                    models.Index(fields=["workspace", "-id"], name="risk_runs_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at", None)), fields=("workspace",), name="risk_one_run_at_a_time"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("adopted_at__isnull", False), ("retired_at", None)),
                        fields=("workspace",),
                        name="risk_one_adopted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("adopted_at", None), models.Q(("card__isnull", False), ("failure", "")), _connector="OR"
                        ),
                        name="risk_adopted_with_card",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("retired_at", None), ("adopted_at__isnull", False), _connector="OR"),
                        name="risk_retired_after_adopted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskScore",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id",
                        "account_id",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                (
                    "horizon_days",
                    models.PositiveSmallIntegerField(
                        choices=[(30, "30 days"), (60, "60 days"), (90, "90 days"), (180, "180 days")]
                    ),
                ),
                ("points", models.IntegerField(null=True)),
                ("chance", models.FloatField(null=True)),
                (
                    "terms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), default=list, size=None
                    ),
                ),
                ("computed_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="risk_scores",
                        to="accounts.account",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="risk.riskrun",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("chance", None), ("chance__range", (0, 1)), _connector="OR"),
                        name="risk_chance_range",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="RiskSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "horizon_days",
                    models.PositiveSmallIntegerField(
                        choices=[(30, "30 days"), (60, "60 days"), (90, "90 days"), (180, "180 days")],
                        db_default=90,
                        default=90,
                        verbose_name="horizon",
                    ),
                ),
                (
                    "counts_downgrade",
                    models.BooleanField(default=False, verbose_name="more than half of the contract's value given up"),
                ),
                (
                    "counts_non_renewal",
                    models.BooleanField(default=False, verbose_name="a contract that ended without another"),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
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
                "constraints": [
                    models.UniqueConstraint(fields=("workspace",), name="risk_one_settings"),
                    models.CheckConstraint(
                        condition=models.Q(("horizon_days__in", [30, 60, 90, 180])), name="risk_horizon_offered"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="HandCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("card", models.JSONField()),
                (
                    "horizon_days",
                    models.PositiveSmallIntegerField(
                        choices=[(30, "30 days"), (60, "60 days"), (90, "90 days"), (180, "180 days")]
                    ),
                ),
                ("departures", models.IntegerField()),
                ("rows", models.IntegerField()),
                ("made_at", models.DateTimeField()),
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
                "constraints": [models.UniqueConstraint(fields=("workspace",), name="risk_one_hand_card")],
            },
        ),
    ]
