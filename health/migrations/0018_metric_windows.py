import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    """Day rows, packed: a row of two kilobytes stays whole and uncompressed, and is written again in its place."""

    dependencies = [
        ("accounts", "0034_no_score_without_band"),
        ("health", "0017_scores_by_month"),
        ("workspaces", "0006_erasing_partitions"),
    ]

    operations = [
        migrations.CreateModel(
            name="MetricWindow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workspace_id", "account_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("since", models.DateField()),
                (
                    "metric_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(null=True), size=None),
                ),
                ("trend", models.SmallIntegerField(null=True)),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), null=True, size=None),
                ),
                (
                    "sums",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), null=True, size=None),
                ),
                (
                    "actives",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None),
                ),
                (
                    "people_days",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), null=True, size=None),
                ),
                (
                    "people_sums",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), null=True, size=None),
                ),
                (
                    "people_lasts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), null=True, size=None),
                ),
                (
                    "seat_days",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), null=True, size=None),
                ),
                (
                    "seat_sums",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), null=True, size=None),
                ),
                (
                    "talk_days",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), null=True, size=None),
                ),
                (
                    "said_days",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), null=True, size=None),
                ),
                (
                    "said_ns",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None),
                ),
                (
                    "said_values",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), null=True, size=None),
                ),
                (
                    "said_efforts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BooleanField(), null=True, size=None),
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
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
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
        migrations.RunSQL(
            "alter table health_metricwindow set (toast_tuple_target = 8160, fillfactor = 75)",
            "alter table health_metricwindow reset (toast_tuple_target, fillfactor)",
        ),
    ]
