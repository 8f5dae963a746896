from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journeys", "0006_playbook_segment")]

    operations = [
        migrations.AddIndex(
            model_name="touchpoint",
            index=models.Index(
                condition=models.Q(("is_proactive__isnull", False)),
                fields=["workspace", "at"],
                name="journeys_touchpoints_begun",
            ),
        ),
    ]
