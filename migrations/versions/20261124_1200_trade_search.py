"""The words of trades as they are searched: without case and accents."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "20261124_1200_trade_search"
down_revision = "20261124_1100_offices"
branch_labels = None
depends_on = None

BATCH = 5000


def upgrade() -> None:
    op.add_column("trade", sa.Column("search_what", sa.Text(), nullable=False, server_default=""))
    trade = sa.table("trade", sa.column("id"), sa.column("what"), sa.column("search_what"))
    bind = op.get_bind()
    fill = (
        sa.update(trade)
        .where(trade.c.id == sa.bindparam("trade_id"))
        .values(search_what=sa.bindparam("folded"))
    )
    last = 0
    while rows := bind.execute(
        sa.select(trade.c.id, trade.c.what).where(trade.c.id > last).order_by("id").limit(BATCH)
    ).all():
        bind.execute(fill, [{"trade_id": row.id, "folded": folded(row.what)} for row in rows])
        last = rows[-1].id


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def downgrade() -> None:
    op.drop_column("trade", "search_what")
