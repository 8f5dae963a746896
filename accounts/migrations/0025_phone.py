from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0024_inner_rows")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="phone",
            field=models.CharField(blank=True, db_default="", max_length=40, verbose_name="phone"),
        ),
    ]
