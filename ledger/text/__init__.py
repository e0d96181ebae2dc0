"""Words for people: translation, templates, numbers and dates in a locale, shared form fields.

Shared by pages, mail and PDF. Must not know Flask or any room.
"""
