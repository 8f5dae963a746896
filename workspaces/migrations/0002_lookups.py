from django.db import migrations

from workspaces.sql import by_digest, definer


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0001_initial")]

    operations = [
        definer(
            "workspaces_all()",
            "table (workspace_id bigint)",
            "select id from workspaces_workspace order by id",
        ),
        definer(
            "workspaces_memberships(who bigint)",
            "table (workspace_id bigint, workspace_name text, member_id bigint, role text)",
            "select w.id, w.name::text, m.id, m.role::text from workspaces_member m"
            " join workspaces_workspace w on w.id = m.workspace_id"
            " where m.user_id = who and m.ended_at is null order by w.name, w.id",
        ),
        by_digest("workspaces_api_token", "workspaces_apitoken"),
        by_digest("workspaces_invitation_of", "workspaces_invitation"),
    ]
