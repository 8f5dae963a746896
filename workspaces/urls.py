from django.urls import path

from workspaces.views import invitations, settings

app_name = "workspaces"

urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("settings/members/", settings.member_list, name="member_list"),
    path("settings/members/<int:pk>/role/", settings.member_role, name="member_role"),
    path("settings/members/<int:pk>/remove/", settings.member_remove, name="member_remove"),
    path("settings/invitations/<int:pk>/withdraw/", settings.invitation_withdraw, name="invitation_withdraw"),
    path("settings/tokens/", settings.token_list, name="token_list"),
    path("settings/tokens/<int:pk>/revoke/", settings.token_revoke, name="token_revoke"),
    path("settings/audit/", settings.audit_list, name="audit_list"),
    path("profile/", settings.profile, name="profile"),
    path("workspace/", settings.workspace_switch, name="workspace_switch"),
    path("invitations/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
]
