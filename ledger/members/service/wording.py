"""Acts of office in words, for pages and mail alike."""

from __future__ import annotations

from ledger.kernel.clock import from_micros
from ledger.kernel.units import shown_number
from ledger.members.queries.acts import ActView
from ledger.text.phrases import N_
from ledger.text.speaker import LANGUAGES, Speaker

ROLES = {
    "coordinator": N_("coordinator"),
    "steward": N_("steward"),
    "auditor": N_("auditor"),
}

SIGHTS = {
    "own": N_("Each cell sees its own balance; auditors see all."),
    "members": N_("Members of the community see each other's balances."),
    "everyone": N_("Everybody sees the balances of all cells."),
}
"""Who sees balances, by the community's transparency."""

_SENTENCES = {
    "grant_role": N_("%(subject)s is to serve as %(role)s"),
    "end_role": N_("%(subject)s is to serve as %(role)s no longer"),
    "hand_out_code": N_("%(subject)s is to get a code on paper to set a new password"),
    "enrol": N_("%(subject)s is to be enrolled as a cell"),
    "invite": N_("Somebody is to be invited to hold %(subject)s"),
    "freeze": N_("The account of %(subject)s is to be frozen for 72 hours"),
    "thaw": N_("The account of %(subject)s is to be free again"),
    "close": N_("The account of %(subject)s is to be closed for good"),
    "move_in": N_(
        "Earlier books are to be taken in: %(cells)s cells, %(trades)s trades, and limits of"
        " %(limits)s cells that nobody has voted"
    ),
    "rename": N_(
        "The community is to be called %(subject)s, of %(place)s, and to write %(language)s"
    ),
}


def sentence(act: ActView, speaker: Speaker, code: str) -> str:
    """What the act would do, in the speaker's words; `code` is the community's."""
    cell, role, ends_at = (act.facts.get(name) for name in ("cell", "role", "ends_at"))
    shown = shown_number(code, cell) if isinstance(cell, int) else ""
    number = f" ({shown})" if shown not in act.subject else ""
    said = speaker.gettext(
        _SENTENCES[act.kind],
        subject=act.subject + number,
        place=act.facts.get("place", ""),
        language=LANGUAGES.get(str(act.facts.get("language")), ""),
        role=speaker.gettext(ROLES[role]) if isinstance(role, str) else "",
        **{name: speaker.number(_count(act, name)) for name in ("cells", "trades", "limits")},
    )
    if isinstance(ends_at, int):
        until = speaker.day(from_micros(ends_at - 1))
        return f"{said}, {speaker.gettext(N_('until %(day)s'), day=until)}"
    return said


def _count(act: ActView, name: str) -> int:
    found = act.facts.get(name)
    return found if isinstance(found, int) else 0
