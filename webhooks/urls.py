from django.urls import path

from webhooks.views import deliveries, endpoints, exports

app_name = "webhooks"

urlpatterns = [
    path("settings/webhooks/", endpoints.endpoint_list, name="endpoint_list"),
    path("settings/webhooks/export/", exports.endpoint_export, name="endpoint_export"),
    path("settings/webhooks/<int:pk>/messages/export/", exports.delivery_export, name="delivery_export"),
    path("settings/webhooks/new/", endpoints.endpoint_new, name="endpoint_new"),
    path("settings/webhooks/<int:pk>/", endpoints.endpoint, name="endpoint"),
    path("settings/webhooks/<int:pk>/edit/", endpoints.endpoint_edit, name="endpoint_edit"),
    path("settings/webhooks/<int:pk>/test/", endpoints.endpoint_test, name="endpoint_test"),
    path("settings/webhooks/<int:pk>/secret/", endpoints.endpoint_secret_new, name="endpoint_secret_new"),
    path("settings/webhooks/<int:pk>/disable/", endpoints.endpoint_disable, name="endpoint_disable"),
    path("settings/webhooks/<int:pk>/enable/", endpoints.endpoint_enable, name="endpoint_enable"),
    path("settings/webhooks/<int:pk>/replay/", deliveries.endpoint_replay, name="endpoint_replay"),
    path("settings/webhooks/deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
    path("settings/webhooks/deliveries/<int:pk>/replay/", deliveries.delivery_replay, name="delivery_replay"),
]
