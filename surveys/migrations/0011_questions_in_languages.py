from django.db import migrations, models


class Migration(migrations.Migration):
    """What follows the score can be read in several languages; what is there was written in English."""

    dependencies = [("surveys", "0010_page_of")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="language",
            field=models.CharField(db_default="en", default="en", max_length=10),
        ),
        migrations.AddField(
            model_name="question",
            name="translations",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
