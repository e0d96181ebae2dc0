"""Trades: what members record."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_1200_trades"
down_revision = "20261123_1100_members_and_credit"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    def column(name: str, kind: sa.types.TypeEngine, *, null: bool = False) -> sa.Column:
        return sa.Column(name, kind, nullable=null)

    def account(side: str) -> sa.ForeignKeyConstraint:
        return sa.ForeignKeyConstraint(
            ["community_id", side],
            ["account.community_id", "account.number"],
            name=op.f(f"fk_trade_community_id_{side}"),
        )

    def unique(*columns: str) -> sa.UniqueConstraint:
        return sa.UniqueConstraint(*columns, name=op.f(f"uq_trade_{'_'.join(columns)}"))

    def check(name: str, rule: str) -> sa.CheckConstraint:
        return sa.CheckConstraint(rule, name=op.f(f"ck_trade_{name}"))

    op.create_table(
        "trade",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        column("community_id", BIG),
        column("entry_id", BIG, null=True),
        column("state", sa.Text()),
        column("payer", BIG),
        column("payee", BIG),
        column("amount", BIG),
        column("what", sa.Text()),
        column("salt", sa.LargeBinary(16)),
        column("occurred_on", DAY),
        column("source", sa.Text()),
        column("reference", sa.Text(), null=True),
        column("recorded_by", BIG),
        column("request_key", sa.Text()),
        column("token", sa.Text()),
        column("created_at", BIG),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_trade_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "entry_id"],
            ["entry.community_id", "entry.id"],
            name=op.f("fk_trade_community_id_entry_id"),
        ),
        account("payer"),
        account("payee"),
        unique("community_id", "entry_id"),
        unique("community_id", "recorded_by", "request_key"),
        unique("community_id", "source", "reference"),
        unique("token"),
        check(
            "state",
            "state IN ('asked', 'confirmed', 'declined', 'withdrawn', 'expired',"
            " 'reversal_asked', 'reversed')",
        ),
        check(
            "booked",
            "(entry_id IS NOT NULL) = (state IN ('confirmed', 'reversal_asked', 'reversed'))",
        ),
        check("amount", "amount > 0"),
        check("sides", "payer <> payee"),
        sqlite_strict=True,
    )
    op.create_index("ix_trade_day", "trade", ["community_id", "occurred_on"])


def downgrade() -> None:
    op.drop_table("trade")
