from django.db import migrations, models


class Migration(migrations.Migration):
    """Who never got the mail did not fail to answer it."""

    dependencies = [("surveys", "0011_questions_in_languages")]

    operations = [
        migrations.AddField(
            model_name="invitation", name="undelivered_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
