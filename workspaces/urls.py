from django.urls import path

from workspaces.views import erasure, exports, invitations, retention, settings

app_name = "workspaces"

urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("settings/members/", settings.member_list, name="member_list"),
    path("settings/members/export/", exports.member_export, name="member_export"),
    path("settings/members/<int:pk>/role/", settings.member_role, name="member_role"),
    path("settings/members/<int:pk>/remove/", settings.member_remove, name="member_remove"),
    path("settings/invitations/<int:pk>/withdraw/", settings.invitation_withdraw, name="invitation_withdraw"),
    path("settings/tokens/", settings.token_list, name="token_list"),
    path("settings/tokens/export/", exports.token_export, name="token_export"),
    path("settings/tokens/<int:pk>/revoke/", settings.token_revoke, name="token_revoke"),
    path("settings/audit/", settings.audit_list, name="audit_list"),
    path("settings/audit/export/", exports.audit_export, name="audit_export"),
    path("settings/retention/", retention.retention, name="retention"),
    path("settings/retention/export/", exports.retention_export, name="retention_export"),
    path("settings/erase/", erasure.workspace_erase, name="workspace_erase"),
    path("settings/erase/cancel/", erasure.workspace_keep, name="workspace_keep"),
    path("profile/", settings.profile, name="profile"),
    path("workspace/", settings.workspace_switch, name="workspace_switch"),
    path("invitations/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
]
