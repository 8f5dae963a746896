from django.urls import path

from notices.views import chats, choices, notices

app_name = "notices"

urlpatterns = [
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/export/", notices.notice_export, name="notice_export"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("notices/seen/", notices.notices_seen, name="notices_seen"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/read/", notices.notice_read, name="notice_read"),
    path("profile/notices/", choices.choices, name="choices"),
    path("n/<str:token>/", choices.unsubscribe, name="unsubscribe"),
    path("settings/chats/", chats.chat_list, name="chat_list"),
    path("settings/chats/export/", chats.chat_list_export, name="chat_list_export"),
    path("settings/chats/new/", chats.chat_new, name="chat_new"),
    path("settings/chats/<int:pk>/", chats.chat, name="chat"),
    path("settings/chats/<int:pk>/export/", chats.chat_export, name="chat_export"),
    path("settings/chats/<int:pk>/edit/", chats.chat_edit, name="chat_edit"),
    path("settings/chats/<int:pk>/off/", chats.chat_off, name="chat_off"),
    path("settings/chats/<int:pk>/on/", chats.chat_on, name="chat_on"),
    path("settings/chats/<int:pk>/test/", chats.chat_test, name="chat_test"),
]
