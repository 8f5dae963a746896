"""What somebody was not asked about, so that nothing is decided twice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0007_silence")]

    operations = [
        migrations.AddField(
            model_name="refusal",
            name="occasion",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
    ]
