from django.urls import path

from reviews.views import exports, promises, reports, sharing

app_name = "reviews"

urlpatterns = [
    path("reviews/", reports.review_list, name="review_list"),
    path("reviews/export/", exports.review_export, name="review_export"),
    path("reviews/actions/export/", exports.action_export, name="action_export"),
    path("reviews/<int:pk>/export/", exports.figure_export, name="figure_export"),
    path("reviews/<int:pk>/actions/export/", exports.review_action_export, name="review_action_export"),
    path("reviews/<int:pk>/", reports.review, name="review"),
    path("reviews/<int:pk>/commentary/", reports.commentary_edit, name="commentary_edit"),
    path("reviews/<int:pk>/prepared/", reports.review_prepare, name="review_prepare"),
    path("reviews/<int:pk>/held/", reports.review_hold, name="review_hold"),
    path("reviews/<int:pk>/held/undo/", reports.review_reopen, name="review_reopen"),
    path("reviews/<int:pk>/actions/new/", promises.action_new, name="action_new"),
    path("reviews/<int:pk>/shares/", sharing.share_list, name="share_list"),
    path("reviews/<int:pk>/shares/export/", exports.share_export, name="share_export"),
    path("reviews/actions/<int:pk>/done/", promises.action_done, name="action_done"),
    path("reviews/actions/<int:pk>/open/", promises.action_reopen, name="action_reopen"),
    path("reviews/shares/<int:pk>/revoke/", sharing.share_revoke, name="share_revoke"),
    path("accounts/<int:pk>/reviews/", reports.account_panel, name="account_panel"),
    path("accounts/<int:pk>/reviews/export/", exports.account_review_export, name="account_review_export"),
    path("accounts/<int:pk>/reviews/new/", reports.review_open, name="review_open"),
    path("r/<str:token>/", sharing.shared, name="shared"),
]
