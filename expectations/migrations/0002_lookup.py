from django.db import migrations

from workspaces.sql import by_digest


class Migration(migrations.Migration):
    dependencies = [("expectations", "0001_initial"), ("workspaces", "0002_lookups")]

    operations = [by_digest("expectations_acknowledgement_of", "expectations_acknowledgement")]
