"""Words for people: translation, templates, numbers and dates in a locale, shared form fields.

Shared by pages, mail and PDF. Must not know Flask or any room.

Source strings are English. Python marks them with `N_("…")` and translates at the
edge with `Speaker.gettext`; templates write `{{ _("…") }}` or `{% trans %}`.
`python -m ledger.text.extraction` brings new strings into the catalogues.
"""
