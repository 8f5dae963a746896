from django.urls import path

from health.views import axes, desired, exports, panel, profiles, pulses, scores

app_name = "health"

urlpatterns = [
    path("insights/", scores.insights_page, name="insights"),
    path("insights/desired/", desired.desired_state, name="desired"),
    path("insights/desired/export/", desired.desired_export, name="desired_export"),
    path("insights/desired/accounts/", desired.below_list, name="below_list"),
    path("insights/desired/accounts/export/", desired.below_export, name="below_export"),
    path("insights/gaps/", scores.gap_list, name="gap_list"),
    path("insights/days/export/", exports.trend_export, name="trend_export"),
    path("insights/owners/export/", exports.risk_export, name="risk_export"),
    path("insights/parts/export/", exports.part_export, name="part_export"),
    path("insights/loyalty/", axes.quadrant_list, name="quadrant_list"),
    path("insights/loyalty/export/", axes.quadrant_export, name="quadrant_export"),
    path("insights/gaps/export/", exports.gap_export, name="gap_export"),
    path("settings/health/", profiles.weights, name="weights"),
    path("settings/health/export/", exports.profile_export, name="profile_export"),
    path("settings/health/new/", profiles.profile_new, name="profile_new"),
    path("settings/health/<int:pk>/edit/", profiles.profile_edit, name="profile_edit"),
    path("settings/health/<int:pk>/move/", profiles.profile_move, name="profile_move"),
    path("settings/health/<int:pk>/retire/", profiles.profile_retire, name="profile_retire"),
    path("settings/health/<int:pk>/restore/", profiles.profile_restore, name="profile_restore"),
    path("accounts/<int:pk>/health/", panel.account_panel, name="account_panel"),
    path("accounts/<int:pk>/health/rows/", panel.row_list, name="row_list"),
    path("accounts/<int:pk>/health/rows/export/", panel.row_export, name="row_export"),
    path("accounts/<int:pk>/health/family/export/", exports.family_export, name="family_export"),
    path("accounts/<int:pk>/pulse/", pulses.pulse_list, name="pulse_list"),
    path("accounts/<int:pk>/pulse/new/", pulses.pulse_new, name="pulse_new"),
    path("accounts/<int:pk>/pulse/undo/", pulses.pulse_undo, name="pulse_undo"),
    path("accounts/<int:pk>/pulse/export/", pulses.pulse_export, name="pulse_export"),
    path("accounts/<int:pk>/health/export/", exports.score_export, name="score_export"),
]
