from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Loyalty and rules look for what customers said: one fact in some dozens."""

    atomic = False

    dependencies = [("accounts", "0028_languages")]

    operations = [
        AddIndexConcurrently(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("kind", "survey.answered")),
                fields=["workspace", "account", "-at", "-id"],
                name="accounts_answers_of",
            ),
        ),
    ]
