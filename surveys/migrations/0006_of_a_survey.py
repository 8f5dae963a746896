"""What was sent and answered is always some survey's."""

import django.db.models.deletion
from django.db import migrations, models

RELATED = {"answer": "answers", "invitation": "invitations", "refusal": "refusals", "wave": "waves"}


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_first_surveys")]

    operations = [
        migrations.AlterField(
            model_name=model,
            name="survey",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name=related, to="surveys.survey"
            ),
        )
        for model, related in RELATED.items()
    ]
