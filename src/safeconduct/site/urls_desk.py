"""The desk's addresses: sign-in, then every room that has pages for staff."""

from safeconduct.site.routes import face_routes

urlpatterns = face_routes("desk")
handler400 = "safeconduct.site.errors.bad_request"
handler403 = "safeconduct.site.errors.forbidden"
handler404 = "safeconduct.site.errors.not_found"
handler500 = "safeconduct.site.errors.server_error"
