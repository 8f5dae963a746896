import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0026_risk_by_renewal"),
        ("journeys", "0005_first_playbooks"),
        ("outbox", "0005_no_work_for_the_erased"),
        ("surveys", "0003_merged_reason"),
        ("workspaces", "0005_token_scopes"),
        ("workspaces", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ComplaintSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "promise_hours",
                    models.PositiveSmallIntegerField(
                        default=16, verbose_name="working hours until a complaint is solved"
                    ),
                ),
                (
                    "follow_up_hours",
                    models.PositiveSmallIntegerField(
                        default=16, verbose_name="working hours until a bad answer is followed up"
                    ),
                ),
                ("opens_at", models.PositiveSmallIntegerField(default=9, verbose_name="work begins at")),
                ("closes_at", models.PositiveSmallIntegerField(default=17, verbose_name="work ends at")),
                (
                    "silent_prior",
                    models.PositiveSmallIntegerField(default=26, verbose_name="silent others per complaint"),
                ),
                (
                    "prior_weight",
                    models.PositiveSmallIntegerField(
                        default=5, verbose_name="complaints that the assumption counts as"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace",), name="complaints_settings_once"),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__lte", 24), ("opens_at__lt", models.F("closes_at"))),
                        name="complaints_work_has_hours",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComplaintRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "source",
                    models.CharField(
                        choices=[("answer", "Survey answer"), ("ticket", "Ticket"), ("touchpoint", "Touchpoint")],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                ("is_bad_only", models.BooleanField(default=True)),
                ("needs_comment", models.BooleanField(default=False)),
                (
                    "priorities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("low", "Low"), ("normal", "Normal"), ("high", "High"), ("urgent", "Urgent")],
                            max_length=6,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("question", "Question"), ("problem", "Problem"), ("request", "Request")],
                            max_length=8,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("felt_at_most", models.SmallIntegerField(blank=True, null=True)),
                ("is_on", models.BooleanField(default=True, verbose_name="on")),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["workspace", "source", "id"], name="complaints_rules_by_source")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("felt_at_most", None), ("felt_at_most__range", (-2, 2)), _connector="OR"),
                        name="complaints_felt_range",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="complaints",
                        to="accounts.account",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="complaints",
                        to="accounts.contact",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("answer", "Survey answer"),
                            ("ticket", "Ticket"),
                            ("touchpoint", "Touchpoint"),
                            ("hand", "Written down"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("source_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="complaints",
                        to="complaints.complaintrule",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="what they complain about")),
                ("agent_name", models.CharField(blank=True, max_length=200)),
                ("happened_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                (
                    "opened_by",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                ("promised_at", models.DateTimeField(verbose_name="promised for")),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closed_by",
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
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("solved", "Solved"),
                            ("partly", "Solved in part"),
                            ("not_solved", "Could not be solved"),
                            ("unfounded", "Turned out to be no complaint"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("closing_note", models.TextField(blank=True)),
                (
                    "is_good_now",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("good", "They say it is good now"),
                            ("not_good", "They say it is not good yet"),
                            ("silent", "Asked, and they did not reply"),
                            ("not_asked", "Not asked"),
                        ],
                        max_length=9,
                    ),
                ),
                ("peer_pool", models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "account", "-opened_at", "-id"], name="complaints_of"),
                    models.Index(fields=["workspace", "-opened_at", "-id"], name="complaints_newest"),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["workspace", "promised_at", "id"],
                        name="complaints_by_promise",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", False)),
                        fields=["workspace", "-closed_at", "-id"],
                        name="complaints_closed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source_id__isnull", False)),
                        fields=("workspace", "source", "source_id"),
                        name="complaints_one_per_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("outcome", "")),
                            models.Q(("closed_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="complaints_closed_with_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComplaintStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "complaint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("note", "Note for us"), ("told", "Told in person"), ("mailed", "Told by mail")],
                        max_length=6,
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.contact",
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="outbox.mail",
                    ),
                ),
                ("promised_at", models.DateTimeField(blank=True, null=True)),
                ("at", models.DateTimeField()),
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
                ("key", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "indexes": [models.Index(fields=["workspace", "complaint", "id"], name="complaints_steps_of")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("workspace", "complaint", "key"),
                        name="complaints_step_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "answer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to="surveys.answer",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to="accounts.account",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="journeys.task",
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "spoke_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.contact",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("settled", "Settled in the conversation"),
                            ("promised", "We promised to do something"),
                            ("complaint", "It became a complaint"),
                            ("not_reached", "Nobody could be reached"),
                        ],
                        max_length=11,
                    ),
                ),
                ("said", models.TextField(blank=True)),
                (
                    "told_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("told_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "account", "-id"], name="complaints_follow_ups_of"),
                    models.Index(fields=["workspace", "-opened_at", "-id"], name="complaints_follow_ups_newest"),
                    models.Index(fields=["workspace", "due_at", "id"], name="complaints_follow_ups_due"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "answer"), name="complaints_one_follow_up"),
                    models.UniqueConstraint(fields=("workspace", "task"), name="complaints_follow_up_by_task"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("told_at", None)),
                            models.Q(models.Q(("outcome", ""), _negated=True), ("told_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="complaints_follow_up_told",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Peer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "complaint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="peers",
                        to="complaints.complaint",
                    ),
                ),
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
                    "task",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="journeys.task",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="surveys.wave",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "asked_by",
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
                    "reply",
                    models.CharField(
                        blank=True,
                        choices=[("me_too", "The same here"), ("fine", "All is well"), ("silent", "No reply")],
                        max_length=6,
                    ),
                ),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "account", "-id"], name="complaints_peers_of"),
                    models.Index(
                        condition=models.Q(("wave__isnull", False)),
                        fields=["workspace", "wave", "account"],
                        name="complaints_peers_by_wave",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "complaint", "account"), name="complaints_peer_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("replied_at", None), ("reply", "")),
                            models.Q(models.Q(("reply", ""), _negated=True), ("replied_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="complaints_peer_replied",
                    ),
                ],
            },
        ),
    ]
