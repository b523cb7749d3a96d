"""Tells Django about the site: base templates, template tags, the stylesheet. It has no models."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The faces' shared wiring."""

    name = "safeconduct.site"
    label = "site"
    verbose_name = "Site"
