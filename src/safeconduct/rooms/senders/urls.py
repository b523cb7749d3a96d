"""Pages of the room: registration and colleagues on the portal; directory, registrations and standing on the desk."""

from django.urls import path

from safeconduct.rooms.senders.views import agency, one_time
from safeconduct.rooms.senders.views import desk as pages
from safeconduct.rooms.senders.views import portal as officers

_ONE = "registrations/<str:registration>"
_SENDER = "senders/<str:sort>/<str:subject>"

portal = [
    path("register", officers.register, name="register"),
    path("register/received", officers.registered, name="registered"),
    path("register/finish", officers.finish, name="finish_registration"),
    path("register/finish/code", one_time.finish_with_code, name="finish_with_code"),
    path("register/finish/code/confirm", one_time.confirm_code, name="confirm_code"),
    path("sign-in/code", one_time.sign_in_with_code, name="sign_in_with_code"),
    path("register/finish/agency", agency.finish_with_agency, name="finish_with_agency"),
    path("register/finish/agency/<str:door>", agency.finish_by_agency, name="finish_by_agency"),
    path("sign-in/agency/<str:door>", agency.sign_in_by_agency, name="sign_in_by_agency"),
    path("sign-in/agency/<str:door>/return", agency.return_from_agency, name="return_from_agency"),
    path("colleagues", officers.colleagues, name="colleagues"),
]

desk = [
    path("directory", pages.directory, name="directory"),
    path("directory.csv", pages.directory_csv, name="directory_csv"),
    path("directory.json", pages.directory_json, name="directory_json"),
    path("directory/<str:number>/confirm", pages.confirm_number, name="confirm_number"),
    path("directory/<str:number>/retire", pages.retire_number, name="retire_number"),
    path("registrations", pages.registrations, name="registrations"),
    path("registrations.json", pages.registrations_json, name="registrations_json"),
    path(_ONE, pages.registration, name="registration"),
    path(f"{_ONE}/call", pages.record_call, name="record_registration_call"),
    path(f"{_ONE}/confirm", pages.confirm_call, name="confirm_registration_call"),
    path(f"{_ONE}/anew", pages.call_anew, name="call_anew"),
    path(f"{_ONE}/refuse", pages.refuse_registration, name="refuse_registration"),
    path("senders", pages.senders, name="senders"),
    path("senders.csv", pages.senders_csv, name="senders_csv"),
    path("senders.json", pages.senders_json, name="senders_json"),
    path(_SENDER, pages.sender, name="sender"),
    path(f"{_SENDER}/suspend", pages.suspend, name="suspend_sender"),
    path(f"{_SENDER}/ask-restore", pages.ask_restore, name="ask_restore"),
    path(f"{_SENDER}/restore", pages.restore, name="restore_sender"),
]
