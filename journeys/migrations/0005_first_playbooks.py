"""Four playbooks for the workspaces that are there already; those of later ones are in `journeys.starters`."""

import json

from django.db import migrations

PLAYBOOKS = [
    [
        "Onboarding kick-off",
        "A contract has just begun: agree on what success looks like before the work starts.",
        [
            ["Read why they bought: the plan, the contract, the notes of the sale", 1, ""],
            ["Welcome call: agree on goals, dates, and who does what", 3, "decision_maker"],
            ["Kick-off with the people who will use it", 7, "champion"],
            ["Write the success plan and have it confirmed", 10, "decision_maker"],
            ["Check that people have begun to use it, and ask what is in their way", 21, "end_user"],
        ],
    ],
    [
        "Usage fell",
        "A customer uses less than before: find out why while there is still time.",
        [
            ["See what fell: which people, which features, since when", 1, ""],
            ["Call and ask what has changed", 2, "champion"],
            ["Send the guide or the training that fits", 5, "end_user"],
            ["Look at the numbers again, and tell them what you see", 14, "decision_maker"],
        ],
    ],
    [
        "Detractor answered",
        "Somebody answered badly: hear them out, put it right, and tell them what was done.",
        [
            ["Read the answer, and the tickets before it", 0, ""],
            ["Call whoever answered: listen, promise nothing yet", 1, ""],
            ["Agree in the team what is put right, and by when", 3, ""],
            ["Tell them what was done", 7, ""],
            ["Ask whether it is good again", 21, ""],
        ],
    ],
    [
        "Renewal in 90 days",
        "A contract ends in about 90 days: show the value before anybody talks about the price.",
        [
            ["Check goals, promises and use: what did they get for their money?", 5, ""],
            ["Ask whether they mean to renew, and what it hangs on", 14, "decision_maker"],
            ["Hold a review that shows the value", 30, "decision_maker"],
            ["Send the offer", 45, "decision_maker"],
            ["Settle what is open, and get the signature", 75, "decision_maker"],
        ],
    ],
]
GIVE = """
insert into journeys_playbook (workspace_id, name, about, steps, created_at)
select w.id, %s, %s, %s::jsonb, now() from workspaces_workspace w order by w.id
on conflict do nothing
"""


def give(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for name, about, steps in PLAYBOOKS:
            told = [{"text": text, "due_in_days": days, "role": role} for text, days, role in steps]
            cursor.execute(GIVE, [name, about, json.dumps(told)])


class Migration(migrations.Migration):
    dependencies = [("journeys", "0004_playbooks_and_tasks"), ("workspaces", "0001_initial")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
