from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0002_touchpoint_external_ids"),
    ]

    operations = [
        migrations.AddField(
            model_name="touchpoint",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[("held", "Held as scheduled"), ("missed", "Missed: they did not come")],
                db_default="",
                default="",
                max_length=6,
                verbose_name="outcome",
            ),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="is_proactive",
            field=models.BooleanField(blank=True, null=True, verbose_name="we reached out before they asked"),
        ),
    ]
