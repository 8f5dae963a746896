"""How many rows name an owner who is nobody here is counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_blank_columns")]

    operations = [
        migrations.AddField(
            model_name="part",
            name="unowned",
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]
