from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0021_risk")]

    operations = [
        # The runtime role does not own the tables, and statistics are the owner's to make.
        migrations.RunSQL(
            """
            create function accounts_fresh_statistics() returns void language plpgsql volatile security definer
            set search_path = pg_catalog, public as $$
            begin
                analyze accounts_account, accounts_contact, accounts_contract, accounts_fact, accounts_metricday,
                    accounts_ticket;
            end
            $$
            """,
            "drop function accounts_fresh_statistics",
        ),
    ]
