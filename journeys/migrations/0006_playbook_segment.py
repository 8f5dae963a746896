import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0005_first_playbooks"),
        ("segments", "0001_segments_and_fit"),
    ]

    operations = [
        migrations.AddField(
            model_name="playbook",
            name="segment",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="segments.segment",
                verbose_name="segment",
            ),
        ),
    ]
