from django.urls import path

from bulk import views

app_name = "bulk"

urlpatterns = [
    path("bulk/", views.change_list, name="change_list"),
    path("bulk/export/", views.change_list_export, name="change_list_export"),
    path("bulk/new/", views.change_new, name="change_new"),
    path("bulk/<int:pk>/", views.change, name="change"),
    path("bulk/<int:pk>/export/", views.change_export, name="change_export"),
    path("bulk/<int:pk>/undo/", views.change_undo, name="change_undo"),
]
