from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_customer_whole"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="account",
            name="accounts_renewing_unwell",
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                fields=["workspace", "renews_on", "arr_minor"],
                include=("id", "health_score", "health_band", "stage", "owner"),
                name="accounts_by_renewal_and_arr",
            ),
        ),
    ]
