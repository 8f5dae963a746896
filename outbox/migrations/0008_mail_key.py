from django.db import migrations, models


class Migration(migrations.Migration):
    """What a mail was about can be told from the mail, when it comes back."""

    dependencies = [("outbox", "0007_mail_by_message_id")]

    operations = [
        migrations.AddField(
            model_name="mail", name="key", field=models.CharField(blank=True, db_default="", max_length=200)
        ),
    ]
