from django.urls import path

from dashboard.views import pages, steps

app_name = "dashboard"

urlpatterns = [
    path("", pages.today, name="today"),
    path("today/export/", pages.today_export, name="today_export"),
    path("today/dismissed/", steps.dismissed_list, name="dismissed_list"),
    path("today/dismissed/export/", steps.dismissed_export, name="dismissed_export"),
    path("today/dismissed/<int:pk>/undo/", steps.dismissed_undo, name="dismissed_undo"),
    path("waiting/", pages.waiting, name="waiting"),
    path("accounts/", pages.account_list, name="account_list"),
    path("accounts/export/", pages.account_export, name="account_export"),
    path("accounts/files/", pages.account_files, name="account_files"),
    path("accounts/<int:pk>/", pages.account, name="account"),
    path("accounts/<int:pk>/call/", steps.call, name="call"),
    path("accounts/<int:pk>/send/", steps.send, name="send"),
    path("accounts/<int:pk>/dismiss/", steps.dismiss, name="dismiss"),
    path("accounts/<int:pk>/panels/<slug:key>/", pages.account_panel, name="account_panel"),
    path("accounts/<int:pk>/people/export/", pages.part_export, {"what": "contacts"}, name="people_export"),
    path("accounts/<int:pk>/contracts/export/", pages.part_export, {"what": "contracts"}, name="contract_export"),
    path("accounts/<int:pk>/tickets/export/", pages.part_export, {"what": "tickets"}, name="ticket_export"),
    path("accounts/<int:pk>/touchpoints/export/", pages.part_export, {"what": "touchpoints"}, name="touchpoint_export"),
    path("accounts/<int:pk>/family/export/", pages.part_export, {"what": "accounts"}, name="family_export"),
    path("search/", pages.search, name="search"),
    path("search/export/", pages.search_export, name="search_export"),
    path("search/suggest/", pages.search_suggest, name="search_suggest"),
    path("journey/playbooks/<int:pk>/effect/", pages.playbook_effect, name="playbook_effect"),
]
