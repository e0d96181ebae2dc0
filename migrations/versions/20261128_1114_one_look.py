"""SQLite looks once at each new entry and posting: one trigger asks what seven asked.

Each trigger that is entered costs a microsecond, whatever it asks.
"""

from alembic import op

revision = "20261128_1114_one_look"
down_revision = "20261128_1112_only_way_in"
branch_labels = None
depends_on = None

ENTRY_HAS = "EXISTS (SELECT 1 FROM entry WHERE community_id = NEW.community_id AND {same})"
REPLACES = {
    "entry_no_replace_1": ("entry", "id", ENTRY_HAS.format(same="id = NEW.id")),
    "entry_no_replace_2": (
        "entry",
        "request_key",
        ENTRY_HAS.format(same="actor = NEW.actor AND request_key = NEW.request_key"),
    ),
    "entry_no_replace_3": ("entry", "reverses", ENTRY_HAS.format(same="reverses = NEW.reverses")),
    "posting_no_replace_1": (
        "posting",
        "seq",
        (
            "EXISTS (SELECT 1 FROM posting WHERE community_id = NEW.community_id"
            " AND account = NEW.account AND seq = NEW.seq)"
        ),
    ),
}
RULES = {
    "entry_reverses_another": (
        "entry",
        "no such entry to reverse",
        f"NEW.reverses IS NOT NULL AND NOT {ENTRY_HAS.format(same='id = NEW.reverses')}",
    ),
    "entry_is_whole": (
        "entry",
        "an entry has two or more postings that sum to zero",
        (
            "(SELECT count(*) <> NEW.legs OR count(*) < 2 OR sum(amount) <> 0 FROM posting"
            " WHERE community_id = NEW.community_id AND entry_id = NEW.id)"
        ),
    ),
    "posting_of_open_entry": (
        "posting",
        "the entry is closed",
        ENTRY_HAS.format(same="id = NEW.entry_id"),
    ),
}
SEVEN = {
    name: (table, f"{table} has this {column}", found)
    for name, (table, column, found) in REPLACES.items()
} | RULES


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in SEVEN:
        op.execute(f"DROP TRIGGER {name}")
    for table in ("entry", "posting"):
        cases = "".join(
            f" WHEN {wrong} THEN RAISE(ABORT, '{reason}')"
            for judged, reason, wrong in SEVEN.values()
            if judged == table
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_in_order BEFORE INSERT ON {table} BEGIN"
            f" SELECT CASE{cases} END; END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in ("entry", "posting"):
        op.execute(f"DROP TRIGGER {table}_is_in_order")
    for name, (table, reason, wrong) in SEVEN.items():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {wrong} BEGIN"
            f" SELECT RAISE(ABORT, '{reason}'); END"
        )
