"""What `rules_off` said is in the rules now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("health", "0004_first_rules")]

    operations = [migrations.RemoveField(model_name="healthprofile", name="rules_off")]
