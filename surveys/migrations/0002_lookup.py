from django.db import migrations

from workspaces.sql import by_digest


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial"), ("workspaces", "0002_lookups")]

    operations = [by_digest("surveys_invitation_of", "surveys_invitation")]
