"""The unmatched events of one ticket are found together."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("integrations", "0003_more_desks")]

    operations = [
        AddIndexConcurrently(
            model_name="inboxevent",
            index=models.Index(
                condition=models.Q(("state", "unmatched")),
                fields=["workspace", "connection", "ticket_number", "-id"],
                name="integrations_events_waiting",
            ),
        ),
    ]
