from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0033_short_pending_lists")]

    # Too little was known to tell these, and lists, files and Today took some of them for the worst.
    operations = [
        migrations.RunSQL(
            "update accounts_account set health_score = null where health_band = '' and health_score is not null",
            migrations.RunSQL.noop,
        ),
    ]
