"""Which version of who sees balances a person agreed to; who came by invitation did so then."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0830_acceptance"
down_revision = "20261128_0812_earlier_words"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# They pressed "Agree and join" below the words that were in force at that moment.
AGREED = """
INSERT INTO acceptance (community_id, person_id, version, accepted_at)
SELECT used.community_id, used.used_by, used.version, MIN(used.used_at)
FROM (
    SELECT i.community_id, i.used_by, i.used_at,
        (SELECT MAX(t.version) FROM transparency t
            WHERE t.community_id = i.community_id AND t.since <= i.used_at) AS version
    FROM invitation i WHERE i.used_by IS NOT NULL
) used
WHERE used.version IS NOT NULL
GROUP BY used.community_id, used.used_by, used.version
"""


def upgrade() -> None:
    key = ["community_id", "person_id", "version"]
    op.create_table(
        "acceptance",
        *(sa.Column(name, BIG, nullable=False) for name in key),
        sa.Column("accepted_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_acceptance")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_acceptance_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "version"],
            ["transparency.community_id", "transparency.version"],
            name=op.f("fk_acceptance_community_id_transparency"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute(AGREED)


def downgrade() -> None:
    op.drop_table("acceptance")
