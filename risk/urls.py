from django.urls import path

from risk.views import cases, runs

app_name = "risk"

urlpatterns = [
    path("insights/backtest/", runs.run_list, name="run_list"),
    path("insights/backtest/export/", cases.run_export, name="run_export"),
    path("insights/backtest/start/", runs.run_start, name="run_start"),
    path("insights/backtest/<int:pk>/", runs.run, name="run"),
    path("insights/backtest/<int:pk>/adopt/", runs.run_adopt, name="run_adopt"),
    path("insights/backtest/<int:pk>/retire/", runs.run_retire, name="run_retire"),
    path("insights/backtest/<int:pk>/caught/", cases.caught_list, name="caught_list"),
    path("insights/backtest/<int:pk>/caught/export/", cases.caught_export, name="caught_export"),
    path("insights/backtest/<int:pk>/quiet/", cases.quiet_list, name="quiet_list"),
    path("insights/backtest/<int:pk>/quiet/export/", cases.quiet_export, name="quiet_export"),
    path("insights/backtest/<int:pk>/missed/", cases.missed_list, name="missed_list"),
    path("insights/backtest/<int:pk>/missed/export/", cases.missed_export, name="missed_export"),
    path("insights/backtest/<int:pk>/false-alarms/", cases.false_alarm_list, name="false_alarm_list"),
    path("insights/backtest/<int:pk>/false-alarms/export/", cases.false_alarm_export, name="false_alarm_export"),
    path("insights/backtest/<int:pk>/parts/export/", cases.part_export, name="part_export"),
    path("insights/backtest/<int:pk>/figures/export/", cases.figure_export, name="figure_export"),
]
