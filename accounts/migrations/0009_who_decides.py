from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_renewal_and_arr"),
    ]

    operations = [
        # Who has nobody to decide, and whose champion left, is asked of a whole portfolio: read from these alone.
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["workspace", "account"],
                condition=models.Q(role="decision_maker", left_at=None),
                name="accounts_deciders_of",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["workspace", "account", "left_at"],
                condition=models.Q(role="champion"),
                name="accounts_champions_of",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["workspace", "persona"],
                condition=~models.Q(persona=None),
                name="accounts_contacts_by_persona",
            ),
        ),
    ]
