import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("workspaces", "0002_lookups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HealthDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("healthy", models.IntegerField()),
                ("watch", models.IntegerField()),
                ("at_risk", models.IntegerField()),
                ("no_band", models.IntegerField()),
                ("mean", models.FloatField(null=True)),
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
            name="HealthScore",
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
                ("score", models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                (
                    "band",
                    models.CharField(
                        blank=True,
                        choices=[("healthy", "Healthy"), ("watch", "Watch"), ("at_risk", "At risk")],
                        max_length=7,
                    ),
                ),
                ("coverage", models.FloatField()),
                ("parts", models.JSONField()),
                ("computed_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="health_scores",
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
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("bad_answer", "Bad answer"),
                            ("score_band", "Score at risk"),
                            ("score_drop", "Score fell"),
                        ],
                        max_length=20,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closed_how",
                    models.CharField(
                        blank=True, choices=[("recovered", "Recovered"), ("resolved", "Resolved")], max_length=10
                    ),
                ),
                ("is_urgent", models.BooleanField(default=False)),
                ("drivers", models.JSONField(default=list)),
                (
                    "held",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("snoozed_until", models.DateField(blank=True, null=True)),
                ("snooze_reason", models.CharField(blank=True, max_length=200)),
                ("resolution", models.TextField(blank=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alerts",
                        to="accounts.account",
                    ),
                ),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
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
                    models.Index(fields=["workspace", "account", "-opened_at"], name="health_alerts_of"),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["workspace", "-opened_at"],
                        name="health_alerts_open",
                    ),
                    models.Index(fields=["workspace", "-id"], name="health_alerts_newest"),
                    models.Index(
                        condition=models.Q(("closed_at", None), models.Q(("held", []), _negated=True), _connector="OR"),
                        fields=["workspace", "account"],
                        name="health_alerts_held",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("workspace", "account", "rule"),
                        name="health_one_open_alert",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_how", "")),
                            models.Q(("closed_at__isnull", False), models.Q(("closed_how", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="health_closed_somehow",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("usage_trend", models.PositiveSmallIntegerField(default=30)),
                ("licence_use", models.PositiveSmallIntegerField(default=15)),
                ("support_load", models.PositiveSmallIntegerField(default=15)),
                ("survey_voice", models.PositiveSmallIntegerField(default=25)),
                ("engagement", models.PositiveSmallIntegerField(default=15)),
                (
                    "rules_off",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
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
                    models.UniqueConstraint(fields=("workspace",), name="health_one_profile"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "usage_trend",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.Value(100), "-", models.F("licence_use")
                                            ),
                                            "-",
                                            models.F("support_load"),
                                        ),
                                        "-",
                                        models.F("survey_voice"),
                                    ),
                                    "-",
                                    models.F("engagement"),
                                ),
                            )
                        ),
                        name="health_weights_total_100",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaleAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
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
                "constraints": [models.UniqueConstraint(fields=("workspace", "account"), name="health_stale_once")],
            },
        ),
    ]
