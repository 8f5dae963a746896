from django.urls import path

from learning.views import completions, content, exports

app_name = "learning"

urlpatterns = [
    path("learning/", content.content_list, name="content_list"),
    path("learning/export/", exports.content_export, name="content_export"),
    path("learning/new/", content.content_new, name="content_new"),
    path("learning/<int:pk>/edit/", content.content_edit, name="content_edit"),
    path("learning/<int:pk>/retire/", content.content_retire, name="content_retire"),
    path("learning/completions/", completions.completion_list, name="completion_list"),
    path("learning/completions/export/", exports.completion_export, name="completion_export"),
    path("learning/completions/<int:pk>/", completions.completion_edit, name="completion_edit"),
    path("accounts/<int:pk>/learning/new/", completions.completion_new, name="completion_new"),
]
