"""Pages of the room: signing in and out and one's own sessions, the same on both faces; the alarms, on the desk."""

from django.urls import path

from safeconduct.rooms.people import views

portal = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-in/passkey", views.sign_in_with_passkey, name="sign_in_with_passkey"),
    path("sign-in/demonstration", views.sign_in_demonstration, name="sign_in_demonstration"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("sessions", views.sessions, name="sessions"),
    path("sessions/<str:sign_in>/end", views.end_session, name="end_session"),
]

desk = [
    *portal,
    path("sign-in/provider", views.sign_in_by_provider, name="sign_in_by_provider"),
    path("sign-in/provider/return", views.return_from_provider, name="return_from_provider"),
    path("alarms", views.alarms, name="alarms"),
    path("alarms.json", views.alarms_json, name="alarms_json"),
    path("alarms/<str:alarm>/acknowledge", views.acknowledge_alarm, name="acknowledge_alarm"),
]
