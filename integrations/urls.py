from django.urls import path

from integrations.views import connections, events, exports, hooks, mapping, replays, unmatched

app_name = "integrations"

urlpatterns = [
    path("hooks/<str:token>/", hooks.receive, name="receive"),
    path("settings/connections/", connections.connection_list, name="connection_list"),
    path("settings/connections/export/", exports.connection_export, name="connection_export"),
    path("settings/connections/<int:pk>/deliveries/export/", exports.event_export, name="event_export"),
    path("settings/connections/new/", connections.connection_new, name="connection_new"),
    path("settings/connections/<int:pk>/", connections.connection, name="connection"),
    path("settings/connections/<int:pk>/settings/", connections.connection_settings, name="connection_settings"),
    path("settings/connections/<int:pk>/mapping/", mapping.connection_mapping, name="connection_mapping"),
    path("settings/connections/<int:pk>/replay/", replays.connection_replay, name="connection_replay"),
    path("settings/connections/<int:pk>/secret/", connections.connection_secret_new, name="connection_secret_new"),
    path("settings/connections/<int:pk>/address/", connections.connection_address_new, name="connection_address_new"),
    path("settings/connections/<int:pk>/disable/", connections.connection_disable, name="connection_disable"),
    path("settings/connections/<int:pk>/enable/", connections.connection_enable, name="connection_enable"),
    path("settings/deliveries/<int:pk>/", events.event, name="event"),
    path("settings/deliveries/<int:pk>/replay/", events.event_replay, name="event_replay"),
    path("settings/unmatched/", unmatched.unmatched_list, name="unmatched_list"),
    path("settings/unmatched/export/", exports.unmatched_export, name="unmatched_export"),
    path("settings/unmatched/<int:pk>/", unmatched.unmatched, name="unmatched"),
    path("settings/unmatched/<int:pk>/account/", unmatched.unmatched_account_new, name="unmatched_account_new"),
    path("settings/unmatched/<int:pk>/dismiss/", unmatched.unmatched_dismiss, name="unmatched_dismiss"),
]
