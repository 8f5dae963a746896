from django.urls import path

from expectations.views import exports, ledger, links

app_name = "expectations"

urlpatterns = [
    path("expectations/", ledger.waiting_list, name="waiting_list"),
    path("expectations/export/", exports.waiting_export, name="waiting_export"),
    path("accounts/<int:pk>/expectations/export/", exports.expectation_export, name="expectation_export"),
    path("accounts/<int:pk>/expectations/", ledger.expectation_list, name="expectation_list"),
    path("accounts/<int:pk>/expectations/new/", ledger.expectation_new, name="expectation_new"),
    path("accounts/<int:pk>/expectations/ask/", links.acknowledgement_new, name="acknowledgement_new"),
    path("expectations/<int:pk>/explained/", ledger.expectation_explain, name="expectation_explain"),
    path("expectations/<int:pk>/settled/", ledger.expectation_settle, name="expectation_settle"),
    path("expectations/<int:pk>/changed/", ledger.expectation_change, name="expectation_change"),
    path("expectations/links/<int:pk>/withdraw/", links.acknowledgement_withdraw, name="acknowledgement_withdraw"),
    path("e/<str:token>/", links.acknowledge, name="acknowledge"),
]
