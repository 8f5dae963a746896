"""The budget is in the settings of the alerts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("health", "0009_budgets")]

    operations = [migrations.RemoveField(model_name="healthprofile", name="alert_budget")]
