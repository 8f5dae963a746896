from django.urls import path

from outbox.views import exports, mailbox, probes, reports, suppression, work

app_name = "outbox"

urlpatterns = [
    path("settings/work/", work.stuck_list, name="stuck_list"),
    path("settings/work/export/", exports.stuck_export, name="stuck_export"),
    path("settings/work/replay/", work.stuck_replay_all, name="stuck_replay_all"),
    path("settings/work/<int:pk>/replay/", work.stuck_replay, name="stuck_replay"),
    path("settings/work/<int:pk>/cancel/", work.stuck_cancel, name="stuck_cancel"),
    path("settings/suppressed/", suppression.suppression_list, name="suppression_list"),
    path("settings/suppressed/export/", suppression.suppression_export, name="suppression_export"),
    path("settings/suppressed/<int:pk>/lift/", suppression.suppression_lift, name="suppression_lift"),
    path("hooks/mail/provider/", reports.provider, name="provider_tracking"),
    path("hooks/mail/provider/inbound/", reports.provider, {"direction": "inbound"}, name="provider_inbound"),
    path("hooks/mail/report/", reports.report, name="report"),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<int:pk>/", mailbox.mailbox_mail, name="mailbox_mail"),
    path("mailbox/<int:pk>/html/", mailbox.mailbox_html, name="mailbox_html"),
    path("mailbox/<int:pk>/mail.eml", mailbox.mailbox_eml, name="mailbox_eml"),
    path("livez", probes.livez, name="livez"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics, name="metrics"),
]
