from django.urls import path

from imports.views import files

app_name = "imports"

urlpatterns = [
    path("imports/", files.import_list, name="import_list"),
    path("imports/export/", files.import_list_export, name="import_list_export"),
    path("imports/new/", files.import_new, name="import_new"),
    path("imports/<int:pk>/", files.import_detail, name="import_detail"),
    path("imports/<int:pk>/columns/", files.import_columns, name="import_columns"),
    path("imports/<int:pk>/format/", files.import_format, name="import_format"),
    path("imports/<int:pk>/check/", files.import_check, name="import_check"),
    path("imports/<int:pk>/commit/", files.import_commit, name="import_commit"),
    path("imports/<int:pk>/discard/", files.import_discard, name="import_discard"),
    path("imports/<int:pk>/refused/", files.import_refused, name="import_refused"),
]
