"""Whether the budget sets a rule's threshold, and when it last did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0004_lost_customers")]

    operations = [
        migrations.AddField(
            model_name="alertrule",
            name="follows_budget",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="alertrule",
            name="budgeted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="alertrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("follows_budget", False), ("kind", "score_band"), _connector="OR"),
                name="alerts_rule_of_budget",
            ),
        ),
    ]
