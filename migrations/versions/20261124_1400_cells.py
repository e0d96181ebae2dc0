"""Vouches, invitations, and who votes for a cell."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1400_cells"
down_revision = "20261124_1300_passes"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def key(name: str) -> sa.Column:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def foreign(table: str, columns: list[str], to: list[str]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(columns, to, name=op.f(f"fk_{table}_{'_'.join(columns)}"))


def of_cell(table: str) -> sa.ForeignKeyConstraint:
    return foreign(table, ["community_id", "number"], ["cell.community_id", "cell.number"])


def upgrade() -> None:
    op.create_table(
        "vouch",
        key("act_id"),
        key("number"),
        big("community_id"),
        big("person_id"),
        big("vouched_at"),
        sa.PrimaryKeyConstraint("act_id", "number", name=op.f("pk_vouch")),
        foreign("vouch", ["act_id"], ["act.id"]),
        of_cell("vouch"),
        foreign("vouch", ["person_id"], ["person.id"]),
        sa.UniqueConstraint("act_id", "person_id", name=op.f("uq_vouch_act_id_person_id")),
        sqlite_strict=True,
    )
    create_invitation()
    create_voter()


def create_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        big("community_id"),
        big("number"),
        sa.Column("kind", sa.Text(), nullable=False),
        big("invited_by"),
        big("made_at"),
        big("expires_at"),
        big("used_by", null=True),
        big("used_at", null=True),
        big("ended_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_digest")),
        of_cell("invitation"),
        foreign("invitation", ["invited_by"], ["person.id"]),
        foreign("invitation", ["used_by"], ["person.id"]),
        sa.CheckConstraint(
            "kind IN ('holder', 'clerk', 'viewer')", name=op.f("ck_invitation_kind")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_invitation_cell", "invitation", ["community_id", "number"])


def create_voter() -> None:
    op.create_table(
        "voter",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        big("community_id"),
        big("number"),
        big("person_id"),
        big("since"),
        big("until", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter")),
        of_cell("voter"),
        foreign("voter", ["person_id"], ["person.id"]),
        sqlite_strict=True,
    )
    still = sa.text("until IS NULL")
    for name, column in (("ix_voter_of_cell", "number"), ("ix_voter_person", "person_id")):
        op.create_index(
            name,
            "voter",
            ["community_id", column],
            unique=True,
            sqlite_where=still,
            postgresql_where=still,
        )


def downgrade() -> None:
    for table in ("voter", "invitation", "vouch"):
        op.drop_table(table)
