"""Wiring of the faces: settings, middleware, base templates and static files; no duty lives here."""
