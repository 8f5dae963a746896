from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    """How the help desk itself sorts its tickets."""

    dependencies = [("accounts", "0031_at_this_point")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="tags",
            field=ArrayField(
                base_field=models.CharField(max_length=80), blank=True, db_default=[], default=list, size=None
            ),
        ),
    ]
