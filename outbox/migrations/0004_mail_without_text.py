from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_load")]

    operations = [
        migrations.AddField("mail", "purged_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "mail",
            models.Index(
                condition=models.Q(("purged_at", None)), fields=["workspace", "created_at"], name="outbox_mail_whole"
            ),
        ),
    ]
