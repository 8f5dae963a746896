from django.db import migrations, models
from django.db.models import F, Q

NEW = {"intent": 5, "needs": 10, "adoption": 25, "outcomes": 20, "relationships": 15, "education": 5, "journey": 10}
OLD = {"usage_trend": 30, "licence_use": 15, "support_load": 15, "survey_voice": 25}


class Migration(migrations.Migration):
    dependencies = [("health", "0005_no_rules_off")]

    # Weights of the five parts mean nothing to the eight: a workspace's own are those delivered again. Scores of past
    # days keep their number and tell no parts any more; the next night computes them anew.
    operations = [
        migrations.RemoveConstraint("healthprofile", "health_weights_total_100"),
        *(
            migrations.AddField("healthprofile", name, models.PositiveSmallIntegerField(default=weight))
            for name, weight in NEW.items()
        ),
        migrations.AlterField("healthprofile", "engagement", models.PositiveSmallIntegerField(default=10)),
        migrations.RunSQL("update health_healthprofile set engagement = 10", migrations.RunSQL.noop),
        *(migrations.RemoveField("healthprofile", name) for name in OLD),
        migrations.AddConstraint(
            "healthprofile",
            models.CheckConstraint(
                condition=Q(
                    intent=100
                    - F("needs")
                    - F("adoption")
                    - F("outcomes")
                    - F("relationships")
                    - F("engagement")
                    - F("education")
                    - F("journey")
                ),
                name="health_weights_total_100",
            ),
        ),
        migrations.RunSQL(
            "alter table health_healthscore alter column parts type real[] using '{}'::real[]",
            "alter table health_healthscore alter column parts type double precision[] using '{}'::double precision[]",
        ),
    ]
