from django.db import migrations, models


class Migration(migrations.Migration):
    """A reminder that something spoke against is a refusal as well."""

    dependencies = [("surveys", "0017_sent_with_what_is_due")]

    operations = [
        migrations.AddField("refusal", "is_reminder", models.BooleanField(default=False, db_default=False)),
    ]
