from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_owned_statistics"),
        ("workspaces", "0005_token_scopes"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="risk",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="risk_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["workspace", "risk", "id"], name="accounts_by_risk"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("risk", None), ("risk_days", None)),
                    models.Q(("risk__range", (0, 1)), ("risk_days__isnull", False)),
                    _connector="OR",
                ),
                name="accounts_risk_range",
            ),
        ),
    ]
