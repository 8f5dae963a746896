from django.urls import path

from surveys.views import customer, results, settings, waves

app_name = "surveys"

urlpatterns = [
    path("surveys/", results.survey_list, name="survey_list"),
    path("surveys/export/", results.survey_export, name="survey_export"),
    path("surveys/waves/new/", waves.wave_new, name="wave_new"),
    path("surveys/waves/<int:pk>/", waves.wave, name="wave"),
    path("settings/surveys/", settings.settings, name="settings"),
    path("accounts/<int:pk>/answers/", results.account_panel, name="account_panel"),
    path("s/<str:token>/", customer.respond, name="respond"),
    path("s/<str:token>/unsubscribe/", customer.unsubscribe, name="unsubscribe"),
]
