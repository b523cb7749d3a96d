"""The room's addresses, one list for each face."""

from django.urls import path

from safeconduct.rooms.government_requests.views import (
    acts,
    correspondence,
    intake,
    mail,
    matter,
    officer,
    queue,
    silence,
)

_ONE = "matters/<str:matter>"
_MAIL = "mail/<str:mail>"

desk = [
    path("", queue.queue_page, name="gov_queue"),
    path("queue.csv", queue.queue_csv, name="gov_queue_csv"),
    path("queue.json", queue.queue_json, name="gov_queue_json"),
    path("find", queue.find_matter, name="gov_find"),
    path("take-next", queue.take_next, name="gov_take_next"),
    path("notices", silence.notices, name="gov_notices"),
    path("notices.csv", silence.notices_csv, name="gov_notices_csv"),
    path("notices.json", silence.notices_json, name="gov_notices_json"),
    path("enter", intake.enter_paper, name="gov_enter"),
    path("mail", mail.mail_list, name="gov_mail_list"),
    path("mail.csv", mail.mail_csv, name="gov_mail_csv"),
    path("mail.json", mail.mail_json, name="gov_mail_json"),
    path(_MAIL, mail.mail_page, name="gov_mail"),
    path(f"{_MAIL}/matter", mail.mail_matter, name="gov_mail_matter"),
    path(f"{_MAIL}/attach", mail.mail_attach, name="gov_mail_attach"),
    path(f"{_MAIL}/file", mail.mail_file, name="gov_mail_file"),
    path(f"{_MAIL}/take-back", mail.mail_take_back, name="gov_mail_take_back"),
    path(f"{_MAIL}/acknowledgement", mail.mail_acknowledgement, name="gov_mail_acknowledgement"),
    path(_ONE, matter.review, name="gov_matter"),
    path(f"{_ONE}/scope", matter.scope, name="gov_scope"),
    path(f"{_ONE}/approvals", matter.approvals, name="gov_approvals"),
    path(f"{_ONE}/package", matter.package, name="gov_package"),
    path(f"{_ONE}/letters", matter.letters, name="gov_letters"),
    path(f"{_ONE}/notice", matter.notice, name="gov_notice"),
    path(f"{_ONE}/correspondence", correspondence.log, name="gov_correspondence"),
    path(f"{_ONE}/correspondence.json", correspondence.log_json, name="gov_correspondence_json"),
    path(f"{_ONE}/correspondence/call", correspondence.note_call, name="gov_note_call"),
    path(f"{_ONE}/correspondence/incoming", correspondence.keep_incoming, name="gov_keep_incoming"),
    path(f"{_ONE}/silence/<str:act>", silence.prohibition_act, name="gov_silence"),
    path(f"{_ONE}/history", matter.history, name="gov_history"),
    path(f"{_ONE}/act/finding/<str:kind>", acts.finding, name="gov_finding"),
    path(f"{_ONE}/act/do/<str:act>", acts.plain_act, name="gov_do"),
    path(f"{_ONE}/act/say/<str:act>", acts.worded_act, name="gov_say"),
]

_REQUEST = "requests/<str:matter>"

portal = [
    path("", officer.request_list, name="gov_requests"),
    path("send", officer.send, name="gov_send"),
    path(_REQUEST, officer.request_page, name="gov_request"),
    path(f"{_REQUEST}/answer", officer.answer, name="gov_answer"),
    path(f"{_REQUEST}/withdraw", officer.withdraw, name="gov_withdraw"),
    path(f"{_REQUEST}/acknowledgement", officer.acknowledgement, name="gov_acknowledgement"),
    path(f"{_REQUEST}/package", officer.package, name="gov_officer_package"),
    path(f"{_REQUEST}/delivered", officer.delivered, name="gov_delivered"),
]
