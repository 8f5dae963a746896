from django.urls import path

from health.views import alerts, exports, holdout, panel, pulses, rules, scores

app_name = "health"

urlpatterns = [
    path("alerts/", alerts.alert_list, name="alert_list"),
    path("alerts/export/", exports.alert_export, name="alert_export"),
    path("alerts/<int:pk>/", alerts.alert, name="alert"),
    path("alerts/<int:pk>/acknowledge/", alerts.alert_acknowledge, name="alert_acknowledge"),
    path("alerts/<int:pk>/assign/", alerts.alert_assign, name="alert_assign"),
    path("alerts/<int:pk>/snooze/", alerts.alert_snooze, name="alert_snooze"),
    path("alerts/<int:pk>/resolve/", alerts.alert_resolve, name="alert_resolve"),
    path("insights/", scores.insights_page, name="insights"),
    path("insights/gaps/", scores.gap_list, name="gap_list"),
    path("insights/days/export/", exports.trend_export, name="trend_export"),
    path("insights/owners/export/", exports.risk_export, name="risk_export"),
    path("insights/parts/export/", exports.part_export, name="part_export"),
    path("insights/gaps/export/", exports.gap_export, name="gap_export"),
    path("settings/health/", scores.weights, name="weights"),
    path("settings/alerts/", rules.rule_list, name="rule_list"),
    path("settings/alerts/export/", exports.rule_export, name="rule_export"),
    path("settings/alerts/holdout/", holdout.holdout, name="holdout"),
    path("settings/alerts/new/", rules.rule_new, name="rule_new"),
    path("settings/alerts/budget/", rules.budget, name="budget"),
    path("settings/alerts/<int:pk>/edit/", rules.rule_edit, name="rule_edit"),
    path("settings/alerts/<int:pk>/switch/", rules.rule_switch, name="rule_switch"),
    path("settings/alerts/<int:pk>/retire/", rules.rule_retire, name="rule_retire"),
    path("settings/alerts/<int:pk>/restore/", rules.rule_restore, name="rule_restore"),
    path("settings/alerts/<int:pk>/threshold/", rules.rule_threshold, name="rule_threshold"),
    path("accounts/<int:pk>/health/", panel.account_panel, name="account_panel"),
    path("accounts/<int:pk>/health/rows/", panel.row_list, name="row_list"),
    path("accounts/<int:pk>/health/rows/export/", panel.row_export, name="row_export"),
    path("accounts/<int:pk>/pulse/", pulses.pulse_list, name="pulse_list"),
    path("accounts/<int:pk>/pulse/new/", pulses.pulse_new, name="pulse_new"),
    path("accounts/<int:pk>/pulse/undo/", pulses.pulse_undo, name="pulse_undo"),
    path("accounts/<int:pk>/pulse/export/", pulses.pulse_export, name="pulse_export"),
    path("accounts/<int:pk>/health/export/", exports.score_export, name="score_export"),
]
