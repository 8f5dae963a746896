from django.urls import path

from journeys import views

app_name = "journeys"

urlpatterns = [
    path("journey/", views.board, name="board"),
    path("journey/export/", views.board_export, name="board_export"),
    path("accounts/<int:pk>/journey/export/", views.stage_export, name="stage_export"),
    path("accounts/<int:pk>/journey/", views.account_panel, name="account_panel"),
    path("accounts/<int:pk>/stage/", views.stage_move, name="stage_move"),
    path("accounts/<int:pk>/stage/undo/", views.stage_undo, name="stage_undo"),
    path("accounts/<int:pk>/touchpoints/new/", views.touchpoint_new, name="touchpoint_new"),
]
