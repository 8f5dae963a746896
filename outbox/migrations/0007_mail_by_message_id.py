from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from workspaces.sql import definer


class Migration(migrations.Migration):
    """Reports about mails name a Message-ID, and come before any workspace is known."""

    atomic = False

    dependencies = [("outbox", "0006_bounces_and_suppression")]

    operations = [
        AddIndexConcurrently("mail", models.Index(fields=["message_id"], name="outbox_mail_sent_as")),
        definer(
            "outbox_mail_sent_as_id(sent_as text)",
            "table (workspace_id bigint, object_id bigint)",
            "select workspace_id, id from outbox_mail where message_id = sent_as limit 1",
        ),
    ]
