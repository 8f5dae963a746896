from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_from_health")]

    operations = [
        migrations.AddField(
            model_name="alertsettings",
            name="escalating_since",
            field=models.DateTimeField(blank=True, null=True),
        )
    ]
