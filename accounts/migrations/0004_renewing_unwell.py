from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_search_people_and_tickets"),
        ("workspaces", "0002_lookups"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(
                    ("stage__in", ["delivery", "use", "loyalty", "advocacy", "disappointment"]),
                    models.Q(("health_band", "healthy"), _negated=True),
                ),
                fields=["workspace", "renews_on"],
                include=("id", "health_score", "arr_minor"),
                name="accounts_renewing_unwell",
            ),
        ),
    ]
