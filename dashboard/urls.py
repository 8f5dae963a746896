from django.urls import path

from dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("", views.today, name="today"),
    path("today/export/", views.today_export, name="today_export"),
    path("waiting/", views.waiting, name="waiting"),
    path("accounts/", views.account_list, name="account_list"),
    path("accounts/export/", views.account_export, name="account_export"),
    path("accounts/files/", views.account_files, name="account_files"),
    path("accounts/<int:pk>/", views.account, name="account"),
    path("accounts/<int:pk>/panels/<slug:key>/", views.account_panel, name="account_panel"),
    path("accounts/<int:pk>/people/export/", views.part_export, {"what": "contacts"}, name="people_export"),
    path("accounts/<int:pk>/contracts/export/", views.part_export, {"what": "contracts"}, name="contract_export"),
    path("accounts/<int:pk>/tickets/export/", views.part_export, {"what": "tickets"}, name="ticket_export"),
    path("accounts/<int:pk>/touchpoints/export/", views.part_export, {"what": "touchpoints"}, name="touchpoint_export"),
    path("accounts/<int:pk>/family/export/", views.part_export, {"what": "accounts"}, name="family_export"),
    path("search/", views.search, name="search"),
    path("search/export/", views.search_export, name="search_export"),
    path("search/suggest/", views.search_suggest, name="search_suggest"),
    path("journey/playbooks/<int:pk>/effect/", views.playbook_effect, name="playbook_effect"),
]
