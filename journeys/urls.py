from django.urls import path

from journeys.views import board, exports, playbooks, plays, tasks

app_name = "journeys"

urlpatterns = [
    path("journey/", board.board, name="board"),
    path("journey/export/", exports.board_export, name="board_export"),
    path("journey/playbooks/", playbooks.playbook_list, name="playbook_list"),
    path("journey/playbooks/export/", exports.playbook_export, name="playbook_export"),
    path("journey/playbooks/new/", playbooks.playbook_new, name="playbook_new"),
    path("journey/playbooks/<int:pk>/", playbooks.playbook, name="playbook"),
    path("journey/playbooks/<int:pk>/edit/", playbooks.playbook_edit, name="playbook_edit"),
    path("journey/playbooks/<int:pk>/retire/", playbooks.playbook_retire, name="playbook_retire"),
    path("journey/playbooks/<int:pk>/export/", exports.play_export, name="play_export"),
    path("journey/tasks/", tasks.task_list, name="task_list"),
    path("journey/tasks/export/", exports.task_export, name="task_export"),
    path("accounts/<int:pk>/journey/export/", exports.stage_export, name="stage_export"),
    path("accounts/<int:pk>/journey/", board.account_panel, name="account_panel"),
    path("accounts/<int:pk>/stage/", board.stage_move, name="stage_move"),
    path("accounts/<int:pk>/stage/undo/", board.stage_undo, name="stage_undo"),
    path("accounts/<int:pk>/touchpoints/new/", board.touchpoint_new, name="touchpoint_new"),
    path("accounts/<int:pk>/playbooks/start/", plays.playbook_start, name="playbook_start"),
    path("accounts/<int:pk>/tasks/new/", tasks.task_new, name="task_new"),
    path("plays/<int:pk>/stop/", plays.play_stop, name="play_stop"),
    path("plays/<int:pk>/undo/", plays.play_undo, name="play_undo"),
    path("tasks/<int:pk>/edit/", tasks.task_edit, name="task_edit"),
    path("tasks/<int:pk>/done/", tasks.task_done, name="task_done"),
    path("tasks/<int:pk>/reopened/", tasks.task_reopen, name="task_reopen"),
    path("tasks/<int:pk>/drop/", tasks.task_drop, name="task_drop"),
]
