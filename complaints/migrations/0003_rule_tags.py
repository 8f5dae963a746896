from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    """A help desk's own word for a complaint opens one."""

    dependencies = [("complaints", "0002_first_rules")]

    operations = [
        migrations.AddField(
            model_name="complaintrule",
            name="tags",
            field=ArrayField(
                base_field=models.CharField(max_length=80), blank=True, db_default=[], default=list, size=None
            ),
        ),
    ]
