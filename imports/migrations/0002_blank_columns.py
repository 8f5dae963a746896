"""A file remembers how wide its header row is, blank columns included."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="width",
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]
