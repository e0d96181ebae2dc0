"""Every error can be said, in every language."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import ledger
from ledger.journal.errors import BeyondFloor
from ledger.kernel.amounts import AmountUnreadable
from ledger.kernel.errors import LedgerError
from ledger.kernel.units import Unit
from ledger.text.prose import PROSE, explain
from ledger.text.speaker import NBSP, Speaker

POIN = Unit("poin", "poin", 2, "XPO")


def all_errors() -> Iterator[type[LedgerError]]:
    for module in pkgutil.walk_packages(ledger.__path__, "ledger."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting = [LedgerError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("ledger."):
            yield kind


def test_every_error_has_prose_and_a_code_of_its_own() -> None:
    kinds = list(all_errors())
    assert {kind.code for kind in kinds} - set(PROSE) == set()
    assert len({kind.code for kind in kinds}) == len(kinds)


SAID = {
    "id": (
        f"Transaksi ini melewati batas kredit 300,00{NBSP}poin. "
        f"Sekarang paling banyak 12,50{NBSP}poin yang bisa dipakai."
    ),
    "en": (
        f"This would pass the credit limit of 300.00{NBSP}poin. "
        f"At most 12.50{NBSP}poin can be used now."
    ),
}


@pytest.mark.parametrize("language", SAID)
def test_a_refusal_says_what_is_left(language: str) -> None:
    refusal = BeyondFloor(account=1, floor=-30000, balance=-28750, amount=-9000, left=1250)
    assert explain(refusal, Speaker(language), POIN, "SB") == SAID[language]


def test_an_unreadable_amount_is_answered_with_an_example_in_the_same_notation() -> None:
    assert "12,50" in explain(AmountUnreadable(scale=2), Speaker("id"), POIN)
    assert "12.50" in explain(AmountUnreadable(scale=2), Speaker("en"), POIN)
    assert explain(AmountUnreadable(scale=0), Speaker("en")).endswith("example 12.")
