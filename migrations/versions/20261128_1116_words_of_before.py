"""Words of earlier books and paper slips of cells that left before erasure reached them.

Which cells wanted it stands in the work that was done for them, which keeps nothing of what
it was told from now on.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "20261128_1116_words_of_before"
down_revision = "20261128_1114_one_look"
branch_labels = None
depends_on = None

THE_HOUSE = 0
NO_SALT = bytes(16)

LEFT = "SELECT payload FROM job WHERE kind = 'cell_left' AND done_at IS NOT NULL"
FORGET = """
UPDATE trade SET what = '', search_what = '', salt = :salt
WHERE community_id = :community AND :cell IN (payer, payee)
    AND (recorded_by = :house OR source = 'slip')
"""


def upgrade() -> None:
    bind = op.get_bind()
    for payload in bind.execute(sa.text(LEFT)).scalars().all():
        left = json.loads(payload)
        if left.get("erase"):
            about = {"community": left["community"], "cell": left["cell"]}
            bind.execute(sa.text(FORGET), {**about, "salt": NO_SALT, "house": THE_HOUSE})
    bind.execute(sa.text("UPDATE job SET payload = '{}' WHERE done_at IS NOT NULL"))


def downgrade() -> None:
    """What is erased stays erased."""
