"""What every template can say, be it a page, a mail or a PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ledger.kernel.units import Unit, shown_number
from ledger.text.speaker import Speaker, speaking

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def environment(folder: Path = TEMPLATES) -> Environment:
    """A Jinja environment for mail and PDF: escaped, strict, and speaking."""
    jinja = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    give_voice(jinja)
    return jinja


def render(jinja: Environment, template: str, speaker: Speaker, /, **values: object) -> str:
    """Render `template` as `speaker` says it."""
    before = speaking.set(speaker)
    try:
        return jinja.get_template(template).render(values)
    finally:
        speaking.reset(before)


def give_voice(jinja: Environment) -> None:
    """Teach `jinja` to translate and to say amounts, days and times.

    Adds `_`, `ngettext` and `{% trans %}`, and as filters `say` (translate a
    message that a variable holds), `amount(unit)`, `signed(unit)`, `figure(unit)` without
    its symbol, `number`, `ratio`, `day`, `short_day`, `month`, `short_month`, `time`, `moment`,
    `iso` and `number_of(code)`. All speak as the `Speaker` set in `speaking`.
    """
    jinja.add_extension("jinja2.ext.i18n")
    jinja.policies["ext.i18n.trimmed"] = True
    jinja.trim_blocks = jinja.lstrip_blocks = True
    install = jinja.install_gettext_callables  # type: ignore[attr-defined]
    install(_say, lambda one, many, n: speaking.get().form(one, many, n), newstyle=True)
    jinja.filters.update(_FILTERS)


def _say(message: str) -> str:
    return speaking.get().gettext(message)


def _amount(value: int, unit: Unit) -> str:
    return speaking.get().amount(value, unit)


def _signed(value: int, unit: Unit) -> str:
    return speaking.get().amount(value, unit, signed=True)


def _figure(value: int, unit: Unit, signed: bool = False) -> str:
    return speaking.get().figure(value, unit, signed)


def _ratio(thousandths: int) -> str:
    return speaking.get().ratio(thousandths)


def _number(value: int) -> str:
    return speaking.get().number(value)


def _number_of(number: int, code: str) -> str:
    return shown_number(code, number)


def _iso(value: date | datetime) -> str:
    return value.isoformat()


def _spoken(name: str) -> Callable[[date], str]:
    def say(day: date) -> str:
        return str(getattr(speaking.get(), name)(day))

    return say


_SPOKEN = ("day", "short_day", "month", "short_month", "time", "moment")
_FILTERS: dict[str, Callable[..., str]] = {
    "say": _say,
    "amount": _amount,
    "signed": _signed,
    "figure": _figure,
    "number": _number,
    "ratio": _ratio,
    "number_of": _number_of,
    "iso": _iso,
    **{name: _spoken(name) for name in _SPOKEN},
}
