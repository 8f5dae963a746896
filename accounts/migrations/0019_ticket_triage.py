from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_search_plans"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="priority",
            field=models.CharField(
                blank=True,
                choices=[("low", "Low"), ("normal", "Normal"), ("high", "High"), ("urgent", "Urgent")],
                db_default="",
                default="",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="topic",
            field=models.CharField(
                blank=True,
                choices=[("question", "Question"), ("problem", "Problem"), ("request", "Request")],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
    ]
