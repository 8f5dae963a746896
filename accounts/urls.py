from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("accounts/new/", views.account_new, name="account_new"),
    path("accounts/<int:pk>/edit/", views.account_edit, name="account_edit"),
    path("accounts/<int:pk>/timeline/", views.timeline, name="timeline"),
    path("accounts/<int:pk>/contacts/new/", views.contact_new, name="contact_new"),
    path("contacts/<int:pk>/edit/", views.contact_edit, name="contact_edit"),
    path("accounts/<int:pk>/contracts/new/", views.contract_new, name="contract_new"),
    path("contracts/<int:pk>/edit/", views.contract_edit, name="contract_edit"),
]
