"""Rules about a metric that rises."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0006_untouched_follow")]

    operations = [
        migrations.AlterField(
            model_name="alertrule",
            name="kind",
            field=models.CharField(
                choices=[
                    ("score_band", "Score below a threshold"),
                    ("score_drop", "Score fell"),
                    ("component", "One part of the score is low"),
                    ("metric", "A metric fell against its own past"),
                    ("metric_rise", "A metric rose against its own past"),
                    ("answer", "Bad answer"),
                    ("silence", "Silence both ways"),
                    ("champion_left", "Champion left"),
                    ("no_decider", "No decision maker known"),
                    ("seats_falling", "Seats in use are falling"),
                    ("renewal_quiet", "Renewal near, no conversation"),
                    ("expectation_broken", "Promise broken"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        )
    ]
