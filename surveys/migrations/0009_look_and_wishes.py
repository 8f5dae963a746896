import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy
from workspaces.sql import by_digest


def number() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def to(what: str, name: str = "+") -> models.ForeignKey:
    return models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name=name, to=what)


def workspace() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        default=workspaces.tenancy.current_id,
        editable=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to="workspaces.workspace",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0028_languages"),
        ("surveys", "0008_refused_about"),
        ("workspaces", "0005_token_scopes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", number()),
                ("logo", models.BinaryField(default=b"", verbose_name="logo")),
                ("logo_type", models.CharField(blank=True, max_length=10)),
                ("logo_width", models.PositiveSmallIntegerField(default=0)),
                ("logo_height", models.PositiveSmallIntegerField(default=0)),
                ("key", models.CharField(blank=True, max_length=43)),
                ("token_hash", models.CharField(blank=True, db_index=True, max_length=64)),
                ("accent", models.CharField(blank=True, max_length=7, verbose_name="colour")),
                ("dark_accent", models.CharField(blank=True, max_length=7)),
                ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="address for replies")),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                ("offers_call", models.BooleanField(default=True, verbose_name="offer a call")),
                ("asks_referral", models.BooleanField(default=False, verbose_name="ask for referrals")),
                ("review_url", models.URLField(blank=True, max_length=300, verbose_name="address for public reviews")),
                ("workspace", workspace()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("workspace",), name="surveys_look_once")]},
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", number()),
                (
                    "kind",
                    models.CharField(
                        choices=[("call", "Wants to be called"), ("referral", "Recommends us")], max_length=8
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("reach", models.CharField(blank=True, max_length=254)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                ("account", to("accounts.account", "survey_wishes")),
                ("answer", to("surveys.answer", "wishes")),
                ("contact", to("accounts.contact", "survey_wishes")),
                ("workspace", workspace()),
            ],
            options={
                "indexes": [models.Index(fields=["workspace", "account", "-id"], name="surveys_wishes_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "answer", "kind", "reach"), name="surveys_wish_once")
                ],
            },
        ),
        by_digest("surveys_look_of", "surveys_look"),
    ]
