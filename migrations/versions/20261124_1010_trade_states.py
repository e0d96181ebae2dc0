"""What happens to trades: until when they wait for an answer, and every event."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1010_trade_states"
down_revision = "20261124_0900_cutoffs"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EVENTS = (
    "confirm",
    "decline",
    "withdraw",
    "lapse",
    "ask_reversal",
    "drop_reversal",
    "refuse_reversal",
    "agree_reversal",
    "give_back",
    "correct",
)
WAITING = sa.text("answer_by IS NOT NULL")


def upgrade() -> None:
    # A rule of the new column's own, so that SQLite need not make the table anew.
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE trade ADD COLUMN answer_by {kind} CONSTRAINT ck_trade_answer_by"
        " CHECK ((answer_by IS NOT NULL) = (state IN ('asked', 'reversal_asked')))"
    )
    op.create_index(
        "ix_trade_waiting",
        "trade",
        ["community_id", "answer_by"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    create_trade_event()


def create_trade_event() -> None:
    op.create_table(
        "trade_event",
        sa.Column("trade_id", BIG, autoincrement=False, nullable=False),
        sa.Column("number", BIG, autoincrement=False, nullable=False),
        sa.Column("community_id", BIG, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("account", BIG, nullable=True),
        sa.Column("actor", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=True),
        sa.Column("entry_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("trade_id", "number", name=op.f("pk_trade_event")),
        sa.ForeignKeyConstraint(["trade_id"], ["trade.id"], name=op.f("fk_trade_event_trade_id")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_trade_event_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "entry_id"],
            ["entry.community_id", "entry.id"],
            name=op.f("fk_trade_event_community_id_entry_id"),
        ),
        sa.UniqueConstraint(
            "community_id",
            "actor",
            "request_key",
            name=op.f("uq_trade_event_community_id_actor_request_key"),
        ),
        sa.CheckConstraint(
            f"event IN ({', '.join(repr(event) for event in EVENTS)})",
            name=op.f("ck_trade_event_event"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("trade_event")
    op.drop_index("ix_trade_waiting", "trade")
    op.execute("ALTER TABLE trade DROP COLUMN answer_by")
