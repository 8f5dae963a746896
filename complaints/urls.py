from django.urls import path

from complaints.views import cases, exports, figures, follow_ups, peers, settings, steps

app_name = "complaints"

urlpatterns = [
    path("complaints/", cases.complaint_list, name="complaint_list"),
    path("complaints/export/", exports.complaint_export, name="complaint_export"),
    path("complaints/new/", cases.complaint_new, name="complaint_new"),
    path("complaints/figures/", figures.figures, name="figures"),
    path("complaints/follow-ups/", follow_ups.follow_up_list, name="follow_up_list"),
    path("complaints/follow-ups/export/", exports.follow_up_export, name="follow_up_export"),
    path("complaints/follow-ups/<int:pk>/", follow_ups.follow_up, name="follow_up"),
    path("complaints/others/<int:pk>/", peers.peer_reply, name="peer_reply"),
    path("complaints/<int:pk>/", cases.complaint, name="complaint"),
    path("complaints/<int:pk>/export/", exports.step_export, name="step_export"),
    path("complaints/<int:pk>/steps/", steps.step_new, name="step_new"),
    path("complaints/<int:pk>/edit/", cases.complaint_edit, name="complaint_edit"),
    path("complaints/<int:pk>/close/", cases.complaint_close, name="complaint_close"),
    path("complaints/<int:pk>/reopen/", cases.complaint_reopen, name="complaint_reopen"),
    path("complaints/<int:pk>/others/", peers.peer_list, name="peer_list"),
    path("complaints/<int:pk>/others/export/", exports.peer_export, name="peer_export"),
    path("settings/complaints/", settings.settings, name="settings"),
    path("settings/complaints/rules/export/", exports.rule_export, name="rule_export"),
    path("settings/complaints/rules/new/", settings.rule_new, name="rule_new"),
    path("settings/complaints/rules/<int:pk>/", settings.rule_edit, name="rule_edit"),
    path("settings/complaints/rules/<int:pk>/remove/", settings.rule_remove, name="rule_remove"),
]
