from django.urls import path

from plans.views import exports, goals, milestones, plan

app_name = "plans"

urlpatterns = [
    path("accounts/<int:pk>/plan/", plan.plan, name="plan"),
    path("accounts/<int:pk>/plan/edit/", plan.plan_edit, name="plan_edit"),
    path("accounts/<int:pk>/plan/confirmed/", plan.plan_confirm, name="plan_confirm"),
    path("accounts/<int:pk>/plan/goals/new/", goals.goal_new, name="goal_new"),
    path("accounts/<int:pk>/plan/goals/export/", exports.goal_export, name="goal_export"),
    path("accounts/<int:pk>/plan/milestones/new/", milestones.milestone_new, name="milestone_new"),
    path("accounts/<int:pk>/plan/milestones/export/", exports.milestone_export, name="milestone_export"),
    path("goals/<int:pk>/", goals.goal, name="goal"),
    path("goals/<int:pk>/edit/", goals.goal_edit, name="goal_edit"),
    path("goals/<int:pk>/readings/new/", goals.goal_read, name="goal_read"),
    path("goals/<int:pk>/reached/", goals.goal_reach, name="goal_reach"),
    path("goals/<int:pk>/confirmed/", goals.goal_confirm, name="goal_confirm"),
    path("goals/<int:pk>/ended/", goals.goal_end, name="goal_end"),
    path("goals/<int:pk>/reopened/", goals.goal_reopen, name="goal_reopen"),
    path("milestones/<int:pk>/edit/", milestones.milestone_edit, name="milestone_edit"),
    path("milestones/<int:pk>/done/", milestones.milestone_finish, name="milestone_finish"),
    path("milestones/<int:pk>/reopened/", milestones.milestone_reopen, name="milestone_reopen"),
    path("milestones/<int:pk>/removed/", milestones.milestone_remove, name="milestone_remove"),
]
