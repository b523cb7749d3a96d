"""The desk's addresses of this room."""

from django.urls import path

from safeconduct.rooms.people.views import sessions

urlpatterns = [
    path("sign-in", sessions.sign_in_page, name="sign_in"),
    path("sign-in/demonstration", sessions.sign_in_demonstration, name="sign_in_demonstration"),
    path("sign-out", sessions.sign_out, name="sign_out"),
]
