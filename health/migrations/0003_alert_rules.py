"""Rules of the workspace instead of three that were only on or off; the budget of alerts."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0002_parts_as_numbers"),
        ("segments", "0001_segments_and_fit"),
        ("workspaces", "0005_token_scopes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="score",
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True),
        ),
        migrations.AddField(
            model_name="healthprofile",
            name="alert_budget",
            field=models.PositiveSmallIntegerField(db_default=5, default=5),
        ),
        migrations.AlterField(
            model_name="alert",
            name="rule",
            field=models.CharField(max_length=20),
        ),
        migrations.CreateModel(
            name="AlertRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    models.UniqueConstraint(fields=("workspace", "key"), name="health_alert_rule_key"),
                    models.UniqueConstraint(
                        models.F("workspace"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(("retired_at", None), models.Q(("name", ""), _negated=True)),
                        name="health_alert_rule_name",
                    ),
                ],
            },
        ),
    ]
