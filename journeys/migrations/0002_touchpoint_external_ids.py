from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_customer_whole"),
        ("journeys", "0001_initial"),
        ("workspaces", "0002_lookups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="touchpoint",
            name="external_id",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="source",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddConstraint(
            model_name="touchpoint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("workspace", "source", "external_id"),
                name="journeys_touchpoint_external_id",
            ),
        ),
    ]
