from django.urls import path

from segments.views import exports, icp, segments

app_name = "segments"

urlpatterns = [
    path("segments/", segments.segment_list, name="segment_list"),
    path("segments/export/", exports.segment_export, name="segment_export"),
    path("segments/new/", segments.segment_new, name="segment_new"),
    path("segments/<int:pk>/edit/", segments.segment_edit, name="segment_edit"),
    path("segments/<int:pk>/archive/", segments.segment_archive, name="segment_archive"),
    path("segments/<int:pk>/delete/", segments.segment_delete, name="segment_delete"),
    path("segments/<int:pk>/restore/", segments.segment_restore, name="segment_restore"),
    path("settings/icp/", icp.criterion_list, name="criterion_list"),
    path("settings/icp/export/", exports.criterion_export, name="criterion_export"),
    path("settings/icp/new/", icp.criterion_new, name="criterion_new"),
    path("settings/icp/<int:pk>/edit/", icp.criterion_edit, name="criterion_edit"),
    path("settings/icp/<int:pk>/retire/", icp.criterion_retire, name="criterion_retire"),
    path("settings/icp/<int:pk>/restore/", icp.criterion_restore, name="criterion_restore"),
    path("settings/icp/<int:pk>/up/", icp.criterion_up, name="criterion_up"),
    path("insights/icp/", icp.icp_check, name="icp_check"),
    path("insights/icp/export/", exports.icp_export, name="icp_export"),
]
