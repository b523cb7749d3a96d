"""The room's addresses, one list for each face."""

from django.urls import path

from safeconduct.rooms.government_requests.views import (
    acts,
    api,
    api_tokens,
    assignment,
    correspondence,
    feeds,
    intake,
    mail,
    matter,
    officer,
    queue,
    reading,
    silence,
    supplement,
    workload,
)

_ONE = "matters/<str:matter>"
_MAIL = "mail/<str:mail>"

desk = [
    path("", queue.queue_page, name="gov_queue"),
    path("queue.csv", queue.queue_csv, name="gov_queue_csv"),
    path("queue.json", queue.queue_json, name="gov_queue_json"),
    path("find", queue.find_matter, name="gov_find"),
    path("take-next", queue.take_next, name="gov_take_next"),
    path("workload", workload.workload_page, name="gov_workload"),
    path("workload.csv", workload.workload_csv, name="gov_workload_csv"),
    path("workload.json", workload.workload_json, name="gov_workload_json"),
    path("calendar", feeds.calendar, name="gov_calendar"),
    path("calendar/open", feeds.open_feed, name="gov_open_feed"),
    path("calendar/revoke", feeds.revoke_feed, name="gov_revoke_feed"),
    path("calendar/<str:token>.ics", feeds.feed, name="gov_feed"),
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
    path(f"{_ONE}/reading", reading.reading, name="gov_reading"),
    path(f"{_ONE}/reading/take-over", reading.take_over, name="gov_take_over_reading"),
    path(f"{_ONE}/approvals", matter.approvals, name="gov_approvals"),
    path(f"{_ONE}/package", matter.package, name="gov_package"),
    path(f"{_ONE}/letters", matter.letters, name="gov_letters"),
    path(f"{_ONE}/notice", matter.notice, name="gov_notice"),
    path(f"{_ONE}/supplement", supplement.supplement, name="gov_supplement"),
    path(f"{_ONE}/resume", supplement.resume, name="gov_resume"),
    path(f"{_ONE}/correspondence", correspondence.log, name="gov_correspondence"),
    path(f"{_ONE}/correspondence.json", correspondence.log_json, name="gov_correspondence_json"),
    path(f"{_ONE}/correspondence/call", correspondence.note_call, name="gov_note_call"),
    path(f"{_ONE}/correspondence/incoming", correspondence.keep_incoming, name="gov_keep_incoming"),
    path(f"{_ONE}/silence/<str:act>", silence.prohibition_act, name="gov_silence"),
    path(f"{_ONE}/hand-over", assignment.hand_over, name="gov_hand_over"),
    path(f"{_ONE}/act/hand-over", assignment.give, name="gov_give"),
    path(f"{_ONE}/history", matter.history, name="gov_history"),
    path(f"{_ONE}/act/finding/<str:kind>", acts.finding, name="gov_finding"),
    path(f"{_ONE}/act/do/<str:act>", acts.plain_act, name="gov_do"),
    path(f"{_ONE}/act/say/<str:act>", acts.worded_act, name="gov_say"),
]

_REQUEST = "requests/<str:matter>"

portal = [
    path("", officer.request_list, name="gov_requests"),
    path("send", officer.send, name="gov_send"),
    path("tokens", api_tokens.api_tokens, name="gov_api_tokens"),
    path("tokens/<str:token>/revoke", api_tokens.revoke_api_token, name="gov_revoke_api_token"),
    path("api/v1/", api.make_api().urls),
    path(_REQUEST, officer.request_page, name="gov_request"),
    path(f"{_REQUEST}/answer", officer.answer, name="gov_answer"),
    path(f"{_REQUEST}/withdraw", officer.withdraw, name="gov_withdraw"),
    path(f"{_REQUEST}/acknowledgement", officer.acknowledgement, name="gov_acknowledgement"),
    path(f"{_REQUEST}/package", officer.package, name="gov_officer_package"),
    path(f"{_REQUEST}/delivered", officer.delivered, name="gov_delivered"),
]
