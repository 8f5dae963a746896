"""An alert can be over because the customer was lost."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_from_the_upgrade")]

    operations = [
        migrations.AlterField(
            model_name="alert",
            name="closed_how",
            field=models.CharField(
                blank=True,
                choices=[("recovered", "Recovered"), ("resolved", "Resolved"), ("lost", "Customer lost")],
                max_length=10,
            ),
        )
    ]
