"""What customers talk about, what was read from their words, and what is changed because of it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0026_risk_by_renewal"),
        ("workspaces", "0005_token_scopes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[("answer", "Survey answers"), ("ticket", "Tickets"), ("touchpoint", "Touchpoints")],
                        max_length=10,
                    ),
                ),
                ("source_id", models.BigIntegerField()),
                ("said_at", models.DateTimeField()),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("awareness", "Awareness"),
                            ("consideration", "Consideration"),
                            ("decision", "Decision"),
                            ("delivery", "Delivery"),
                            ("use", "Use"),
                            ("loyalty", "Loyalty"),
                            ("advocacy", "Advocacy"),
                            ("disappointment", "Disappointment"),
                            ("churn", "Churn"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "segment_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("en", "English, and any language of letters"), ("zh", "Chinese, in either script")],
                        max_length=2,
                    ),
                ),
                ("length", models.IntegerField()),
                (
                    "feeling",
                    models.CharField(
                        choices=[
                            ("negative", "Negative"),
                            ("mixed", "Mixed"),
                            ("neutral", "Neutral"),
                            ("positive", "Positive"),
                        ],
                        max_length=8,
                    ),
                ),
                ("is_feeling_by_hand", models.BooleanField(default=False)),
                ("balance", models.FloatField(default=0)),
                ("marks", models.JSONField(default=list)),
                ("is_at_odds", models.BooleanField(default=False)),
                (
                    "themes_by_hand",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, null=True, size=None
                    ),
                ),
                ("corrected_at", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="accounts.account",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="remarks",
                        to="accounts.contact",
                    ),
                ),
                (
                    "corrected_by",
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
                "indexes": [
                    models.Index(fields=["workspace", "-said_at", "-id"], name="voice_remarks_newest"),
                    models.Index(fields=["workspace", "account", "-said_at"], name="voice_remarks_of"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "source", "source_id"), name="voice_remark_once"),
                    models.CheckConstraint(condition=models.Q(("balance__range", (-1, 1))), name="voice_balance_range"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rereading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("done", models.IntegerField(default=0)),
                ("total", models.IntegerField(default=0)),
                ("last_id", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at", None)),
                        fields=("workspace",),
                        name="voice_one_rereading_at_a_time",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_weekly", models.BooleanField(default=False, verbose_name="every Monday, about the week before")),
                ("is_monthly", models.BooleanField(default=False, verbose_name="on the first, about the month before")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.member",
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
                    models.UniqueConstraint(fields=("workspace", "member"), name="voice_subscribed_once"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phrase", models.CharField(max_length=80)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English, and any language of letters"), ("zh", "Chinese, in either script")],
                        max_length=2,
                    ),
                ),
                ("comments", models.IntegerField()),
                ("customers", models.IntegerField()),
                ("expected", models.FloatField()),
                ("found_at", models.DateTimeField()),
                ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "dismissed_by",
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
                    models.UniqueConstraint(fields=("workspace", "language", "phrase"), name="voice_suggested_once"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("words", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merged",
                        to="voice.theme",
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
                        models.F("workspace"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(("retired_at", None)),
                        name="voice_theme_name_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", None), ("retired_at__isnull", False), _connector="OR"),
                        name="voice_merged_is_retired",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Rise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("customers", models.IntegerField()),
                ("of_customers", models.IntegerField()),
                ("before", models.IntegerField()),
                ("of_before", models.IntegerField()),
                ("negative", models.IntegerField()),
                ("chance", models.FloatField()),
                ("found_at", models.DateTimeField()),
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
                (
                    "theme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rises",
                        to="voice.theme",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "-day", "-id"], name="voice_rises_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "theme", "day"), name="voice_rise_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "feeling",
                    models.CharField(
                        choices=[
                            ("negative", "Negative"),
                            ("mixed", "Mixed"),
                            ("neutral", "Neutral"),
                            ("positive", "Positive"),
                        ],
                        max_length=8,
                    ),
                ),
                ("places", models.JSONField(default=list)),
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
                (
                    "remark",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="voice.remark",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="voice.theme",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "theme", "remark"], name="voice_mentions_of"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "remark", "theme"), name="voice_mention_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Improvement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="what we change")),
                ("about", models.TextField(blank=True, verbose_name="why, and how")),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("share", "Share of comments that speak of the theme"),
                            ("negative", "Share of comments that speak badly of the theme"),
                            ("csat", "CSAT of the answers that speak of the theme"),
                        ],
                        max_length=8,
                        verbose_name="measured by",
                    ),
                ),
                ("window_days", models.PositiveSmallIntegerField(default=90, verbose_name="days before and after")),
                ("due_on", models.DateField(verbose_name="due on")),
                ("created_at", models.DateTimeField()),
                ("before_hits", models.IntegerField()),
                ("before_n", models.IntegerField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("after_hits", models.IntegerField(blank=True, null=True)),
                ("after_n", models.IntegerField(blank=True, null=True)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
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
                    "done_by",
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
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.member",
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
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="improvements",
                        to="voice.theme",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "due_on", "id"], name="voice_improvements_due"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("done_at", None), ("dropped_at", None), _connector="OR"),
                        name="voice_done_or_dropped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verified_at", None),
                            models.Q(("after_n__isnull", False), ("done_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="voice_verified_is_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("before_hits__lte", models.F("before_n")), ("window_days__range", (14, 365))
                        ),
                        name="voice_measured",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VoiceSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("names_people", models.BooleanField(default=False, verbose_name="name the person beside a quote")),
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
                    models.UniqueConstraint(fields=("workspace",), name="voice_settings_once"),
                ]
            },
        ),
    ]
