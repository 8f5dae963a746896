from django.urls import path

from accounts.views import accounts, contacts, contracts, exports, fields, metrics, personas, privacy

app_name = "accounts"

urlpatterns = [
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/suggest/", accounts.account_suggest, name="account_suggest"),
    path("accounts/<int:pk>/edit/", accounts.account_edit, name="account_edit"),
    path("accounts/<int:pk>/timeline/", accounts.timeline, name="timeline"),
    path("accounts/<int:pk>/timeline/export/", exports.timeline_export, name="timeline_export"),
    path("accounts/<int:pk>/tags/", accounts.tag_add, name="tag_add"),
    path("accounts/<int:pk>/tags/remove/", accounts.tag_remove, name="tag_remove"),
    path("accounts/<int:pk>/map/", contacts.stakeholder_map, name="stakeholder_map"),
    path("accounts/<int:pk>/contacts/new/", contacts.contact_new, name="contact_new"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/edit/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/export/", privacy.contact_export, name="contact_export"),
    path("contacts/<int:pk>/erase/", privacy.contact_erase, name="contact_erase"),
    path("accounts/<int:pk>/contracts/new/", contracts.contract_new, name="contract_new"),
    path("contracts/<int:pk>/edit/", contracts.contract_edit, name="contract_edit"),
    path("contracts/<int:pk>/renew/", contracts.contract_renew, name="contract_renew"),
    path("settings/personas/", personas.persona_list, name="persona_list"),
    path("settings/personas/export/", exports.persona_export, name="persona_export"),
    path("settings/personas/new/", personas.persona_new, name="persona_new"),
    path("settings/personas/<int:pk>/edit/", personas.persona_edit, name="persona_edit"),
    path("settings/personas/<int:pk>/retire/", personas.persona_retire, name="persona_retire"),
    path("settings/erased/", privacy.suppression_list, name="suppression_list"),
    path("settings/erased/export/", exports.suppression_export, name="suppression_export"),
    path("settings/erased/lift/", privacy.suppression_lift, name="suppression_lift"),
    path("settings/metrics/", metrics.metric_list, name="metric_list"),
    path("settings/metrics/export/", metrics.metric_export, name="metric_export"),
    path("settings/fields/", fields.field_list, name="field_list"),
    path("settings/fields/export/", exports.field_export, name="field_export"),
    path("settings/fields/new/", fields.field_new, name="field_new"),
    path("settings/fields/<int:pk>/edit/", fields.field_edit, name="field_edit"),
    path("settings/fields/<int:pk>/retire/", fields.field_retire, name="field_retire"),
]
