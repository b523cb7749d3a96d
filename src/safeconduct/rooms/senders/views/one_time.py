"""One-time codes on the portal: made at the end of a registration, and a way to sign in that is less sure."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from safeconduct.core.base.errors import BadInputError, ConflictError, NotPermittedError
from safeconduct.rooms.people.views import begin, failed
from safeconduct.rooms.senders import actions
from safeconduct.rooms.senders.forms import CodeFinishForm, ConfirmForm, OneTimeForm
from safeconduct.rooms.senders.rules.one_time import app_address
from safeconduct.rooms.senders.steps.allowances import AllowanceError
from safeconduct.rooms.senders.views.portal import NOT_FITTING, REFERENCE, TOO_MANY, address_of, host_of_face

KEY = "one_time_key"
REFUSED = (BadInputError, ConflictError, NotPermittedError)
NOT_SERVING = "This opens nothing now. Look at both again, wait for the next code, or use your passkey."


def _page(request: HttpRequest, form: CodeFinishForm, *, status: int = 200) -> HttpResponse:
    return render(request, "senders/finish_with_code.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def finish_with_code(request: HttpRequest) -> HttpResponse:
    """Open an officer's account with one-time codes, and show their secret this once."""
    if request.method != "POST":
        return _page(request, CodeFinishForm(initial={"reference": request.session.get(REFERENCE, "")}))
    form = CodeFinishForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    typed = form.cleaned_data
    try:
        made = actions.finish_with_code(
            now=request.now,  # type: ignore[attr-defined]  # set by the middleware
            reference=typed["reference"],
            code=typed["code"],
            rp_id=host_of_face(),
            address=address_of(request),
        )
    except AllowanceError as error:
        form.add_error(None, f"{error.message} {error.cure}")
        return _page(request, form, status=TOO_MANY)
    except REFUSED:
        form.add_error(None, NOT_FITTING)
        return _page(request, form, status=400)
    request.session[KEY] = made.key
    company = settings.SAFECONDUCT.name
    opened = {
        "secret": " ".join(made.secret[at : at + 4] for at in range(0, len(made.secret), 4)),
        "app": app_address(secret=made.secret, company=company, reference=made.reference),
        "form": ConfirmForm(),
    }
    return render(request, "senders/one_time_secret.html", opened)


@require_POST
def confirm_code(request: HttpRequest) -> HttpResponse:
    """Let the codes count once a first one serves."""
    form = ConfirmForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            actions.confirm_code(
                now=request.now,  # type: ignore[attr-defined]  # set by the middleware
                key=str(request.session.get(KEY, "")),
                code=form.cleaned_data["code"],
                address=address_of(request),
            )
        except AllowanceError as error:
            form.add_error(None, f"{error.message} {error.cure}")
            status = TOO_MANY
        except REFUSED:
            form.add_error(None, NOT_SERVING)
        else:
            request.session.pop(KEY, None)
            return redirect("sign_in_with_code")
    return render(request, "senders/one_time_secret.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def sign_in_with_code(request: HttpRequest) -> HttpResponse:
    """Sign an officer in with their office address and a code."""
    form = OneTimeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                event = actions.sign_in_with_code(
                    now=request.now,  # type: ignore[attr-defined]  # set by the middleware
                    mail=form.cleaned_data["mail"],
                    code=form.cleaned_data["code"],
                    address=address_of(request),
                )
            except AllowanceError as error:
                form.add_error(None, f"{error.message} {error.cure}")
                status = TOO_MANY
            except NotPermittedError as error:
                failed(request, error.code)
                form.add_error(None, NOT_SERVING)
                status = 403
            else:
                return begin(request, event)
    return render(request, "senders/sign_in_with_code.html", {"form": form}, status=status)
