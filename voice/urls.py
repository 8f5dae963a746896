from django.urls import path

from voice.views import comments, digests, exports, improvements, themes

app_name = "voice"

urlpatterns = [
    path("insights/themes/", comments.heat_map, name="heat_map"),
    path("insights/themes/export/", exports.heat_map_export, name="heat_map_export"),
    path("insights/themes/rises/export/", exports.rise_export, name="rise_export"),
    path("insights/themes/comments/", comments.remark_list, name="remark_list"),
    path("insights/themes/comments/export/", exports.remark_export, name="remark_export"),
    path("insights/themes/comments/<int:pk>/", comments.remark, name="remark"),
    path("insights/themes/comments/<int:pk>/correct/", comments.remark_correct, name="remark_correct"),
    path("insights/themes/comments/<int:pk>/read-again/", comments.remark_read_again, name="remark_read_again"),
    path("insights/themes/words/", themes.theme_list, name="theme_list"),
    path("insights/themes/words/export/", exports.theme_export, name="theme_export"),
    path("insights/themes/words/new/", themes.theme_new, name="theme_new"),
    path("insights/themes/words/<int:pk>/", themes.theme_edit, name="theme_edit"),
    path("insights/themes/words/<int:pk>/merge/", themes.theme_merge, name="theme_merge"),
    path("insights/themes/words/<int:pk>/retire/", themes.theme_retire, name="theme_retire"),
    path("insights/themes/words/<int:pk>/restore/", themes.theme_restore, name="theme_restore"),
    path("insights/themes/suggestions/<int:pk>/dismiss/", themes.suggestion_dismiss, name="suggestion_dismiss"),
    path("insights/improvements/", improvements.improvement_list, name="improvement_list"),
    path("insights/improvements/export/", exports.improvement_export, name="improvement_export"),
    path("insights/improvements/new/", improvements.improvement_new, name="improvement_new"),
    path("insights/improvements/<int:pk>/", improvements.improvement, name="improvement"),
    path("insights/improvements/<int:pk>/edit/", improvements.improvement_edit, name="improvement_edit"),
    path("insights/improvements/<int:pk>/done/", improvements.improvement_finish, name="improvement_finish"),
    path("insights/improvements/<int:pk>/drop/", improvements.improvement_drop, name="improvement_drop"),
    path("insights/improvements/<int:pk>/reopen/", improvements.improvement_reopen, name="improvement_reopen"),
    path("insights/voice/", digests.digest, name="digest"),
    path("insights/voice/subscribe/", digests.subscribe, name="subscribe"),
    path("insights/voice/names/", digests.names_set, name="names_set"),
    path("v/<str:token>/", digests.unsubscribe, name="unsubscribe"),
]
