"""Every trigger that defends the books is there, before and after migrations went to and fro.

Alembic's batch mode on SQLite makes tables anew and drops their triggers: whoever
uses it on a table of the journal must make them again, or this list will tell.
"""

from sqlalchemy import text

from ledger.operations.service import hashed_passwords, load_sample
from ledger.persistence.migrations import migrate, unwind
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.databases import MIGRATIONS, Database, connected

_APPEND_ONLY = (
    "acceptance",
    "account_change",
    "attestation",
    "attested_pdf",
    "ballot",
    "book",
    "closing",
    "closing_line",
    "cutoff",
    "entry",
    "happening",
    "posting",
    "seal",
    "sealed",
)

TRIGGERS = {
    "sqlite": {
        "account_keeps_its_place",
        "account_no_delete",
        "ballot_no_replace_2",
        "closing_line_no_replace_2",
        "closing_no_replace_2",
        "frozen_name_no_delete",
        "frozen_name_no_replace_1",
        "frozen_name_only_erased",
        "happening_no_replace_2",
        "account_begins_at_zero",
        "entry_is_in_order",
        "posting_is_in_order",
        "sealed_no_replace_2",
        *(
            f"secret_ballot_{rule}"
            for rule in ("no_update", "closed_in", "closed_out", "no_replace_1")
        ),
        "statement_pdf_no_delete",
        "statement_pdf_no_replace_1",
        "statement_pdf_only_erased",
        *(f"{table}_no_{verb}" for table in _APPEND_ONLY for verb in ("update", "delete")),
        *(
            f"{table}_no_replace_1"
            for table in (*_APPEND_ONLY, "account")
            if table not in ("entry", "posting")
        ),
    },
    "postgresql": {
        "account_begins_at_zero",
        "account_keeps_its_place",
        "account_makes_sense",
        "account_never_deleted",
        *(f"{table}_by_the_books" for table in ("account", "entry", "posting")),
        "frozen_name_append_only",
        "secret_ballot_keeps",
        "secret_ballot_stays",
        "statement_pdf_append_only",
        *(f"{table}_append_only" for table in _APPEND_ONLY),
    },
}

_LISTING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def triggers(database: Database) -> set[str]:
    with connected(database.owner_url) as engine, engine.connect() as connection:
        return set(connection.execute(text(_LISTING[database.kind])).scalars())


def test_the_books_are_defended_by_these_triggers(database: Database) -> None:
    assert triggers(database) == TRIGGERS[database.kind]


def test_books_full_of_trades_go_down_and_up_again(database: Database, now) -> None:
    passwords = hashed_passwords()
    with connected(database.url) as engine:
        in_unit_of_work(
            engine, lambda session: load_sample(session, passwords, now, lambda _lines: None)
        )
    unwind(database.owner_url, MIGRATIONS)
    migrate(database.owner_url, MIGRATIONS)
    assert triggers(database) == TRIGGERS[database.kind]
