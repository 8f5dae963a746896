from django.db import migrations

TURN = """
update outbox_effect set kind = 'surveys.send_due', dedupe_key = 'invitation:' || id, payload = '{}'
where kind = 'surveys.send_invitation' and state not in ('done', 'cancelled')
"""


class Migration(migrations.Migration):
    """Mails that were planned one by one before wait as all others do: at their moment everything due is sent."""

    dependencies = [("surveys", "0016_page_as_json"), ("outbox", "0009_sheets")]

    operations = [migrations.RunSQL(TURN, migrations.RunSQL.noop)]
