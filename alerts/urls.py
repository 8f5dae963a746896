from django.urls import path

from alerts.views import alerts, exports, holdout, rules

app_name = "alerts"

urlpatterns = [
    path("alerts/", alerts.alert_list, name="alert_list"),
    path("alerts/export/", exports.alert_export, name="alert_export"),
    path("alerts/<int:pk>/", alerts.alert, name="alert"),
    path("alerts/<int:pk>/acknowledge/", alerts.alert_acknowledge, name="alert_acknowledge"),
    path("alerts/<int:pk>/assign/", alerts.alert_assign, name="alert_assign"),
    path("alerts/<int:pk>/snooze/", alerts.alert_snooze, name="alert_snooze"),
    path("alerts/<int:pk>/resolve/", alerts.alert_resolve, name="alert_resolve"),
    path("settings/alerts/", rules.rule_list, name="rule_list"),
    path("settings/alerts/export/", exports.rule_export, name="rule_export"),
    path("settings/alerts/holdout/", holdout.holdout, name="holdout"),
    path("settings/alerts/new/", rules.rule_new, name="rule_new"),
    path("settings/alerts/budget/", rules.budget, name="budget"),
    path("settings/alerts/<int:pk>/edit/", rules.rule_edit, name="rule_edit"),
    path("settings/alerts/<int:pk>/switch/", rules.rule_switch, name="rule_switch"),
    path("settings/alerts/<int:pk>/retire/", rules.rule_retire, name="rule_retire"),
    path("settings/alerts/<int:pk>/restore/", rules.rule_restore, name="rule_restore"),
    path("settings/alerts/<int:pk>/follow/", rules.rule_follow, name="rule_follow"),
]
