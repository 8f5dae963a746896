from django.db import migrations, models


def number(model_name: str, name: str) -> migrations.AddField:
    return migrations.AddField(model_name, name, models.PositiveIntegerField(db_default=0, default=0))


class Migration(migrations.Migration):
    """Which versions of an answer the timeline knows; it knows all that are there."""

    dependencies = [("surveys", "0012_undelivered")]

    operations = [number("answer", "version"), number("answer", "told"), number("answerrevision", "version")]
