import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy


class Migration(migrations.Migration):
    """What is the same in many mails is kept once."""

    dependencies = [
        ("outbox", "0008_mail_key"),
        ("workspaces", "0006_erasing_partitions"),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="pieces",
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("html", models.TextField()),
                ("created_at", models.DateTimeField()),
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
        ),
        migrations.AddField(
            model_name="mail",
            name="sheet",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to="outbox.sheet",
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("sheet__isnull", False)),
                fields=["workspace", "sheet"],
                name="outbox_mails_of_sheet",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.UniqueConstraint(fields=("workspace", "digest"), name="outbox_sheet_once"),
        ),
    ]
