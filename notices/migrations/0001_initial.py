import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0020_owned_statistics"),
        ("segments", "0001_segments_and_fit"),
        ("workspaces", "0005_token_scopes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChatHook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "flavour",
                    models.CharField(
                        choices=[
                            ("slack", "Slack, or what takes the same messages"),
                            ("teams", "Microsoft Teams (adaptive card)"),
                        ],
                        max_length=5,
                    ),
                ),
                ("secret", models.TextField()),
                ("place", models.CharField(max_length=280)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("urgent_alert", "Urgent alert"),
                                ("bad_answer", "Bad answer"),
                                ("alert_escalated", "Alert nobody has touched"),
                                ("alert_assigned", "Alert handed to you"),
                                ("alert_opened", "Alert"),
                                ("task_assigned", "Task handed to you"),
                                ("task_overdue", "Task is overdue"),
                                ("renewal_near", "Renewal is near"),
                                ("work_stuck", "Work is stuck"),
                                ("chat_off", "Chat switched off"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("language", models.CharField(default="en", max_length=10)),
                ("created_at", models.DateTimeField()),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "disabled_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "Switched off by a member"),
                            ("gone", "The chat said that the address is no more"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
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
                "indexes": [
                    models.Index(fields=["workspace", "id"], name="notices_chats"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disabled_at", None), ("disabled_why", "")),
                            models.Q(("disabled_at__isnull", False), models.Q(("disabled_why", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="notices_off_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Occasion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("urgent_alert", "Urgent alert"),
                            ("bad_answer", "Bad answer"),
                            ("alert_escalated", "Alert nobody has touched"),
                            ("alert_assigned", "Alert handed to you"),
                            ("alert_opened", "Alert"),
                            ("task_assigned", "Task handed to you"),
                            ("task_overdue", "Task is overdue"),
                            ("renewal_near", "Renewal is near"),
                            ("work_stuck", "Work is stuck"),
                            ("chat_off", "Chat switched off"),
                        ],
                        max_length=20,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
                ("link", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=120)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "fact",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.fact",
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
                    models.Index(fields=["workspace", "link"], name="notices_by_link"),
                    models.Index(fields=["workspace", "account"], name="notices_of_account"),
                    models.Index(fields=["workspace", "fact"], name="notices_of_fact"),
                    models.Index(fields=["workspace", "created_at"], name="notices_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "key"), name="notices_occasion_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_shown", models.BooleanField(default=True)),
                (
                    "mail",
                    models.CharField(
                        choices=[("at_once", "At once"), ("digest", "In the digest"), ("never", "Never")], max_length=7
                    ),
                ),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
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
                (
                    "occasion",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="notices.occasion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "member", "-id"], name="notices_newest"),
                    models.Index(
                        condition=models.Q(("is_shown", True), ("read_at", None)),
                        fields=["workspace", "member", "-id"],
                        name="notices_unread",
                    ),
                    models.Index(
                        condition=models.Q(("mail", "digest"), ("mailed_at", None), ("read_at", None)),
                        fields=["workspace", "member"],
                        name="notices_awaited",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "occasion", "member"), name="notices_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("delivered", "Delivered"),
                            ("failed", "Failed"),
                            ("in_doubt", "In doubt"),
                            ("not_sent", "Not sent"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=500)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "hook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="notices.chathook",
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
                    "occasion",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="notices.occasion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "hook", "-id"], name="notices_messages_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("occasion__isnull", False)),
                        fields=("workspace", "occasion", "hook"),
                        name="notices_message_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "digest",
                    models.CharField(
                        choices=[("daily", "Every day"), ("weekdays", "Monday to Friday"), ("off", "No digest")],
                        default="daily",
                        max_length=8,
                    ),
                ),
                (
                    "hour",
                    models.PositiveSmallIntegerField(
                        default=8,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(23),
                        ],
                    ),
                ),
                ("ways", models.JSONField(default=dict)),
                ("digest_sent_at", models.DateTimeField(blank=True, null=True)),
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
                    models.UniqueConstraint(fields=("workspace", "member"), name="notices_preference_once"),
                    models.CheckConstraint(condition=models.Q(("hour__lte", 23)), name="notices_hour_of_a_day"),
                ]
            },
        ),
    ]
