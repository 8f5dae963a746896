from django.db import migrations

import health.fields

METRICS = "array['key_actions', 'logins', 'active_users', 'seats_used']"
EPOCH = "date '2000-01-01'"
EVERY = ["weight", "value", "points", "coverage"]
LAYOUT = {
    "usage_trend": [*EVERY, "metric", "last", "before"],
    "licence_use": [*EVERY, "metric", "used", "seats"],
    "support_load": [*EVERY, "ever", "opened", "waiting", "reopened", "seats"],
    "survey_voice": [*EVERY, "n", "mean", "rest", "on"],
    "engagement": [*EVERY, "days", "on"],
}


def numbers() -> str:
    """The JSON parts of a row as one array."""
    found = []
    for position, names in enumerate(LAYOUT.values()):
        for name in names:
            told = f"parts->{position}->>'{name}'"
            if name == "metric":
                found.append(f"array_position({METRICS}, {told}) - 1")
            elif name == "on":
                found.append(f"({told})::date - {EPOCH}")
            else:
                found.append(f"({told})::float8")
    return f"array[{', '.join(found)}]::float8[]"


def objects() -> str:
    """The array of a row as JSON parts."""
    found, place = [], 0
    for key, names in LAYOUT.items():
        pairs = [f"'key', '{key}'"]
        for name in names:
            place += 1
            told = {
                "metric": f"({METRICS})[parts[{place}]::int + 1]",
                "on": f"{EPOCH} + parts[{place}]::int",
            }.get(name, f"parts[{place}]")
            pairs.append(f"'{name}', {told}")
        found.append(f"jsonb_build_object({', '.join(pairs)})")
    return f"jsonb_build_array({', '.join(found)})"


class Migration(migrations.Migration):
    dependencies = [("health", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"alter table health_healthscore alter column parts type double precision[] using {numbers()}",
            f"alter table health_healthscore alter column parts type jsonb using {objects()}",
            state_operations=[
                migrations.AlterField(
                    model_name="healthscore",
                    name="parts",
                    field=health.fields.PartsField(size=None),
                )
            ],
        ),
    ]
