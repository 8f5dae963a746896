from django.db import migrations

from workspaces.sql import by_digest


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("workspaces", "0002_lookups")]

    operations = [by_digest("reviews_share_of", "reviews_sharelink")]
