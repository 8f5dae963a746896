"""The tables are there, under this room's name: `health` has handed them over."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0015_alerts_leave"),
        ("accounts", "0026_risk_by_renewal"),
        ("segments", "0001_segments_and_fit"),
        ("workspaces", "0005_token_scopes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Alert",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("rule", models.CharField(max_length=20)),
                        ("score", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                        ("opened_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "closed_how",
                            models.CharField(
                                blank=True,
                                choices=[("recovered", "Recovered"), ("resolved", "Resolved")],
                                max_length=10,
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
                        ("news_at", models.DateTimeField(blank=True, null=True)),
                        ("escalated_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "escalated_to",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, db_default=[], default=list, size=None
                            ),
                        ),
                        ("holdout_share", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("is_held_out", models.BooleanField(db_default=False, default=False)),
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
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="workspaces.member",
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
                            models.Index(fields=["workspace", "account", "-opened_at"], name="alerts_of_account"),
                            models.Index(
                                condition=models.Q(("closed_at", None)),
                                fields=["workspace", "-opened_at"],
                                name="alerts_open",
                            ),
                            models.Index(fields=["workspace", "-id"], name="alerts_newest"),
                            models.Index(
                                condition=models.Q(
                                    ("closed_at", None), models.Q(("held", []), _negated=True), _connector="OR"
                                ),
                                fields=["workspace", "account"],
                                name="alerts_held",
                            ),
                            models.Index(
                                condition=models.Q(("assignee__isnull", False), ("closed_at", None)),
                                fields=["workspace", "assignee"],
                                name="alerts_assigned",
                            ),
                            models.Index(
                                condition=models.Q(("holdout_share__isnull", False)),
                                fields=["workspace", "opened_at"],
                                name="alerts_in_holdout",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at", None)),
                                fields=("workspace", "account", "rule"),
                                name="alerts_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("closed_how", "")),
                                    models.Q(("closed_at__isnull", False), models.Q(("closed_how", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="alerts_closed_somehow",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AlertRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=20)),
                        ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("score_band", "Score below a threshold"),
                                    ("score_drop", "Score fell"),
                                    ("component", "One part of the score is low"),
                                    ("metric", "A metric against its own past"),
                                    ("answer", "Bad answer"),
                                    ("silence", "Silence both ways"),
                                    ("champion_left", "Champion left"),
                                    ("no_decider", "No decision maker known"),
                                    ("seats_falling", "Seats in use are falling"),
                                    ("renewal_quiet", "Renewal near, no conversation"),
                                    ("expectation_broken", "Promise broken"),
                                ],
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        ("parameters", models.JSONField()),
                        ("is_hard", models.BooleanField()),
                        ("is_on", models.BooleanField(default=True)),
                        ("cool_down_days", models.PositiveSmallIntegerField(default=42)),
                        ("created_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField(blank=True, null=True)),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "changed_by",
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
                            "segment",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="segments.segment",
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
                            models.UniqueConstraint(fields=("workspace", "key"), name="alerts_rule_key"),
                            models.UniqueConstraint(
                                models.F("workspace"),
                                django.db.models.functions.text.Lower("name"),
                                condition=models.Q(("retired_at", None), models.Q(("name", ""), _negated=True)),
                                name="alerts_rule_name",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AlertSettings",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("budget", models.PositiveSmallIntegerField(default=5)),
                        ("escalate_after_days", models.PositiveSmallIntegerField(default=3)),
                        ("holdout_share", models.PositiveSmallIntegerField(default=0)),
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
                            models.UniqueConstraint(fields=("workspace",), name="alerts_one_settings"),
                            models.CheckConstraint(
                                condition=models.Q(("holdout_share__lte", 20)), name="alerts_holdout_share"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Dismissal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("until", models.DateField()),
                        ("reason", models.CharField(max_length=200)),
                        ("at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ended_by",
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
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("workspace", "account"),
                                name="alerts_one_dismissal",
                            )
                        ],
                    },
                ),
            ]
        )
    ]
