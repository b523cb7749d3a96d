"""The room's addresses, one list for each face."""

from django.urls import path

from safeconduct.rooms.government_requests.views import acts, correspondence, intake, matter, officer, queue

_ONE = "matters/<str:matter>"

desk = [
    path("", queue.queue_page, name="gov_queue"),
    path("queue.csv", queue.queue_csv, name="gov_queue_csv"),
    path("queue.json", queue.queue_json, name="gov_queue_json"),
    path("find", queue.find_matter, name="gov_find"),
    path("take-next", queue.take_next, name="gov_take_next"),
    path("enter", intake.enter_paper, name="gov_enter"),
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
