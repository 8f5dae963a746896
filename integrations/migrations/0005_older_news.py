"""A delivery that tells of an earlier time than is known of its ticket says so."""

from django.db import migrations, models

STATES = [
    ("received", "Waiting"),
    ("processed", "Applied"),
    ("older", "Older news"),
    ("ignored", "Ignored"),
    ("unmatched", "Unmatched"),
    ("failed", "Not readable"),
    ("dismissed", "Dismissed"),
    ("sample", "Waiting for a mapping"),
]


class Migration(migrations.Migration):
    dependencies = [("integrations", "0004_unmatched_by_ticket")]

    operations = [
        migrations.AlterField(
            model_name="inboxevent",
            name="state",
            field=models.CharField(choices=STATES, default="received", max_length=10),
        ),
    ]
