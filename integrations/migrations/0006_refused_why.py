"""Why the last refused delivery of a connection was refused."""

from django.db import migrations, models

REASONS = [
    ("no_secret", "the secret is not here yet"),
    ("no_key", "no key at the address of the help desk"),
    ("unsigned", "no signature came along"),
    ("late", "signed more than five minutes before or after it came"),
    ("wrong", "the signature does not fit the secret"),
]


class Migration(migrations.Migration):
    dependencies = [("integrations", "0005_older_news")]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="refused_why",
            field=models.CharField(blank=True, choices=REASONS, db_default="", max_length=9),
        ),
    ]
