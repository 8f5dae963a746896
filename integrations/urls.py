from django.urls import path

from integrations import hooks, views

app_name = "integrations"

urlpatterns = [
    path("hooks/<str:token>/", hooks.receive, name="receive"),
    path("settings/connections/", views.connection_list, name="connection_list"),
    path("settings/connections/new/", views.connection_new, name="connection_new"),
    path("settings/connections/<int:pk>/", views.connection, name="connection"),
    path("settings/connections/<int:pk>/secret/", views.connection_secret_new, name="connection_secret_new"),
    path("settings/connections/<int:pk>/address/", views.connection_address_new, name="connection_address_new"),
    path("settings/connections/<int:pk>/disable/", views.connection_disable, name="connection_disable"),
    path("settings/connections/<int:pk>/enable/", views.connection_enable, name="connection_enable"),
    path("settings/deliveries/<int:pk>/", views.event, name="event"),
    path("settings/deliveries/<int:pk>/replay/", views.event_replay, name="event_replay"),
    path("settings/unmatched/", views.unmatched_list, name="unmatched_list"),
    path("settings/unmatched/<int:pk>/", views.unmatched, name="unmatched"),
    path("settings/unmatched/<int:pk>/account/", views.unmatched_account_new, name="unmatched_account_new"),
    path("settings/unmatched/<int:pk>/dismiss/", views.unmatched_dismiss, name="unmatched_dismiss"),
]
