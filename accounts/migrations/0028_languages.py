from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0027_word_accounts")]

    operations = [
        migrations.AddField(
            "account", "locale", models.CharField(blank=True, db_default="", max_length=10, verbose_name="language")
        ),
        migrations.AddField("ticket", "locale", models.CharField(blank=True, db_default="", max_length=10)),
    ]
