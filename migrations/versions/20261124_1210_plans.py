"""Planned and recurring trades, and what became of each of their dates."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1210_plans"
down_revision = "20261124_1200_trade_search"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")


def text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def day(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, DAY, nullable=null)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def foreign(table: str, columns: list[str], target: list[str]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(columns, target, name=op.f(f"fk_{table}_{'_'.join(columns)}"))


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        big("community_id"),
        big("payer"),
        big("payee"),
        big("amount"),
        text("what"),
        text("rhythm"),
        day("first_on"),
        day("next_on", null=True),
        text("state"),
        big("person_id"),
        big("made_by"),
        text("request_key"),
        big("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        foreign("plan", ["community_id"], ["community.id"]),
        foreign("plan", ["person_id"], ["person.id"]),
        *(
            foreign("plan", ["community_id", side], ["account.community_id", "account.number"])
            for side in ("payer", "payee")
        ),
        sa.UniqueConstraint(
            "community_id",
            "made_by",
            "request_key",
            name=op.f("uq_plan_community_id_made_by_request_key"),
        ),
        check("plan", "rhythm", "rhythm IN ('once', 'weekly', 'monthly')"),
        check("plan", "state", "state IN ('running', 'paused', 'ended')"),
        check("plan", "next_on", "(next_on IS NULL) = (state = 'ended')"),
        check("plan", "amount", "amount > 0"),
        check("plan", "sides", "payer <> payee"),
        sqlite_strict=True,
    )
    op.create_index("ix_plan_payer", "plan", ["community_id", "payer"])
    op.create_table(
        "plan_run",
        sa.Column("plan_id", BIG, autoincrement=False, nullable=False),
        day("due_on"),
        big("trade_id", null=True),
        text("problem", null=True),
        text("facts", null=True),
        big("ran_at"),
        big("noted_at", null=True),
        sa.PrimaryKeyConstraint("plan_id", "due_on", name=op.f("pk_plan_run")),
        foreign("plan_run", ["plan_id"], ["plan.id"]),
        foreign("plan_run", ["trade_id"], ["trade.id"]),
        check("plan_run", "outcome", "(trade_id IS NULL) = (problem IS NOT NULL)"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("plan_run")
    op.drop_table("plan")
