from django.urls import path

from surveys.views import afterwards, customer, doubts, exports, looks, results, settings, silent, waves

app_name = "surveys"

urlpatterns = [
    path("surveys/", results.survey_list, name="survey_list"),
    path("surveys/export/", exports.survey_export, name="survey_export"),
    path("surveys/figures/export/", exports.figure_export, name="figure_export"),
    path("surveys/groups/export/", exports.group_export, name="group_export"),
    path("surveys/silent/", silent.silent_list, name="silent_list"),
    path("surveys/silent/export/", silent.silent_export, name="silent_export"),
    path("surveys/waves/export/", exports.wave_list_export, name="wave_list_export"),
    path("surveys/waves/<int:pk>/export/", exports.wave_export, name="wave_export"),
    path("surveys/waves/new/", waves.wave_new, name="wave_new"),
    path("surveys/waves/<int:pk>/", waves.wave, name="wave"),
    path("settings/surveys/", settings.settings, name="settings"),
    path("settings/surveys/look/", looks.look, name="look"),
    path("settings/surveys/look/logo/", looks.logo, name="logo"),
    path("surveys/doubtful/", doubts.doubt_list, name="doubt_list"),
    path("surveys/doubtful/<int:pk>/clear/", doubts.doubt_clear, name="doubt_clear"),
    path("accounts/<int:pk>/answers/", results.account_panel, name="account_panel"),
    path("accounts/<int:pk>/answers/export/", exports.account_survey_export, name="account_survey_export"),
    path("s/<str:token>/", customer.respond, name="respond"),
    path("s/logo/<str:token>/", looks.look_logo, name="look_logo"),
    path("s/look/<str:token>/", looks.look_style, name="look_style"),
    path("s/<str:token>/unsubscribe/", customer.unsubscribe, name="unsubscribe"),
    path("s/<str:token>/about/", customer.hidden, name="hidden"),
    path("s/<str:token>/thanks/", afterwards.thanks, name="thanks"),
    path("s/<str:token>/confirm/", afterwards.confirm, name="confirm"),
    path("s/<str:token>/call/", afterwards.call, name="call"),
    path("s/<str:token>/refer/", afterwards.refer, name="refer"),
]
