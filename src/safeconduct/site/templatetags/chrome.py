"""Tags that every template may use without loading them: icons and chips."""

from django import template

register = template.Library()
