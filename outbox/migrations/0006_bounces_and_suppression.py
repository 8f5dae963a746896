import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy


def workspace() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        default=workspaces.tenancy.current_id,
        editable=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to="workspaces.workspace",
    )


def number() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("outbox", "0005_no_work_for_the_erased"), ("workspaces", "0005_token_scopes")]

    operations = [
        migrations.AddField("mail", "to_digest", models.CharField(blank=True, db_default="", max_length=64)),
        migrations.CreateModel(
            name="Bounce",
            fields=[
                ("id", number()),
                ("to_digest", models.CharField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hard", "Cannot be delivered"),
                            ("soft", "Not delivered this time"),
                            ("complaint", "Reported as unwanted"),
                        ],
                        max_length=9,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=20)),
                ("key", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "mail",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bounces",
                        to="outbox.mail",
                    ),
                ),
                ("workspace", workspace()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "to_digest", "-at"], name="outbox_bounces_of_address"),
                    models.Index(fields=["workspace", "mail"], name="outbox_bounces_of_mail"),
                ],
                "constraints": [models.UniqueConstraint(fields=["workspace", "key"], name="outbox_bounce_once")],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", number()),
                ("digest", models.CharField(max_length=64)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("bounced", "Mail to it comes back"),
                            ("complained", "Reported our mail as unwanted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=20)),
                ("at", models.DateTimeField()),
                ("workspace", workspace()),
            ],
            options={
                "indexes": [models.Index(fields=["workspace", "-id"], name="outbox_suppressed_newest")],
                "constraints": [models.UniqueConstraint(fields=["workspace", "digest"], name="outbox_suppressed_once")],
            },
        ),
    ]
