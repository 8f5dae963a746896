from django.urls import URLPattern

app_name = "expectations"

urlpatterns: list[URLPattern] = []
