import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0003_theme_risen"),
    ]

    operations = [
        migrations.AlterField(
            model_name="chathook",
            name="kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("urgent_alert", "Urgent alert"),
                        ("bad_answer", "Bad answer"),
                        ("complaint_overdue", "Complaint is overdue"),
                        ("complaint_opened", "Complaint"),
                        ("alert_escalated", "Alert nobody has touched"),
                        ("alert_assigned", "Alert handed to you"),
                        ("alert_opened", "Alert"),
                        ("task_assigned", "Task handed to you"),
                        ("task_overdue", "Task is overdue"),
                        ("renewal_near", "Renewal is near"),
                        ("reviews_due", "Reviews are due"),
                        ("theme_risen", "A theme rises"),
                        ("work_done", "What you started is done"),
                        ("work_stuck", "Work is stuck"),
                        ("chat_off", "Chat switched off"),
                    ],
                    max_length=20,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="occasion",
            name="kind",
            field=models.CharField(
                choices=[
                    ("urgent_alert", "Urgent alert"),
                    ("bad_answer", "Bad answer"),
                    ("complaint_overdue", "Complaint is overdue"),
                    ("complaint_opened", "Complaint"),
                    ("alert_escalated", "Alert nobody has touched"),
                    ("alert_assigned", "Alert handed to you"),
                    ("alert_opened", "Alert"),
                    ("task_assigned", "Task handed to you"),
                    ("task_overdue", "Task is overdue"),
                    ("renewal_near", "Renewal is near"),
                    ("reviews_due", "Reviews are due"),
                    ("theme_risen", "A theme rises"),
                    ("work_done", "What you started is done"),
                    ("work_stuck", "Work is stuck"),
                    ("chat_off", "Chat switched off"),
                ],
                max_length=20,
            ),
        ),
    ]
