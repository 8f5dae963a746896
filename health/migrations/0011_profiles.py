"""Several profiles a workspace, each for some accounts, with the state it desires; and changes of their weights."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import health.first_profiles
import workspaces.tenancy
from accounts.stages import Stage


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0010_no_budget_in_profile"),
        ("segments", "0001_segments_and_fit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("healthprofile", "health_one_profile"),
        migrations.AddField(
            "healthprofile",
            "name",
            models.CharField(default="Mature", max_length=80, verbose_name="name"),
            preserve_default=False,
        ),
        migrations.AddField("healthprofile", "place", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(
            "healthprofile",
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
        migrations.AddField(
            "healthprofile",
            "stages",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=Stage.choices, max_length=20), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            "healthprofile",
            "targets",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), default=health.first_profiles.mature_targets, size=None
            ),
        ),
        migrations.AddField("healthprofile", "retired_at", models.DateTimeField(blank=True, null=True)),
        migrations.AlterField("healthprofile", "changed_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "healthprofile",
            models.UniqueConstraint(
                fields=["workspace"],
                condition=Q(segment=None, stages=[], retired_at=None),
                name="health_one_default_profile",
            ),
        ),
        migrations.AddConstraint(
            "healthprofile",
            models.UniqueConstraint(
                models.F("workspace"),
                django.db.models.functions.text.Lower("name"),
                condition=Q(retired_at=None),
                name="health_profile_name",
            ),
        ),
        migrations.AddConstraint(
            "healthprofile",
            models.CheckConstraint(
                condition=Q(targets__len=8, targets__contained_by=list(range(101))), name="health_targets_in_range"
            ),
        ),
        migrations.AddField(
            "healthscore",
            "profile",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="health.healthprofile",
            ),
        ),
        migrations.CreateModel(
            name="WeightsChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("asked_since", models.JSONField(default=dict)),
                ("total", models.PositiveIntegerField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
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
                    "profile",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="health.healthprofile",
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
            options={"indexes": [models.Index(fields=["workspace", "-at"], name="health_weights_changes")]},
        ),
    ]
