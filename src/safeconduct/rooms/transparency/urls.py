"""The room's addresses: the desk's only, since the public reads files."""

from django.urls import path

from safeconduct.rooms.transparency import views

_ONE = "reports/version/<str:report>"

desk = [
    path("reports", views.reports_page, name="transparency_reports"),
    path("reports.json", views.reports_json, name="transparency_reports_json"),
    path("reports.csv", views.reports_csv, name="transparency_reports_csv"),
    path("reports/half-year/<str:period>/build", views.build_report, name="transparency_build"),
    path(_ONE, views.report_page, name="transparency_report"),
    path(f"{_ONE}/tables.json", views.report_json, name="transparency_report_json"),
    path(f"{_ONE}/publish", views.publish_report, name="transparency_publish"),
    path(f"{_ONE}/finish", views.finish_report, name="transparency_finish"),
    path(f"{_ONE}/discard", views.discard_report, name="transparency_discard"),
]
