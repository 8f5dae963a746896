from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0030_metric_sources")]

    # With the id, so that who is in a segment or carries a tag can be asked of the index alone.
    operations = [
        migrations.RemoveIndex(model_name="account", name="accounts_at_this_point"),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                fields=["workspace", "stage", "health_band", "tier"], include=["id"], name="accounts_at_this_point"
            ),
        ),
    ]
