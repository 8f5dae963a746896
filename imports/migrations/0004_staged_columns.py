"""What was read says in which columns, so that a later version can go on with it."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0003_unknown_owners")]

    operations = [
        migrations.AddField(
            model_name="part",
            name="columns",
            field=ArrayField(models.CharField(max_length=40), db_default=[], default=list),
        ),
    ]
