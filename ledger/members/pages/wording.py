"""The words of this room's pages for what the tables hold."""

from ledger.text.phrases import N_

ELEMENTS = {
    "production": N_("production"),
    "distribution": N_("distribution"),
    "consumption": N_("consumption"),
    "finance": N_("finance"),
    "governance": N_("governance"),
}
KINDS = {
    "holder": N_("holds the cell: may do everything for it"),
    "clerk": N_("records for the cell"),
    "viewer": N_("looks at the cell's books"),
}
SHORT_KINDS = {"holder": N_("holder"), "clerk": N_("clerk"), "viewer": N_("viewer")}
