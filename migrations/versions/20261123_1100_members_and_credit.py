"""Communities, cells, who acts for whom, roles, and the history of limits."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_1100_members_and_credit"
down_revision = "20261123_1000_identity_and_jobs"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
DEGREES = sa.Double().with_variant(sa.REAL(), "sqlite")
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    create_community_and_cell()
    create_people_of_a_community()
    create_credit_limit()


def downgrade() -> None:
    for table in ("credit_limit", "role", "acts_for", "participant", "cell", "community"):
        op.drop_table(table)


def text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def key(name: str) -> sa.Column:
    return sa.Column(name, BIG, autoincrement=False, nullable=False)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def foreign(table: str, columns: list[str], target: list[str]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(columns, target, name=op.f(f"fk_{table}_{'_'.join(columns)}"))


def create_community_and_cell() -> None:
    op.create_table(
        "community",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        text("code"),
        text("name"),
        text("place"),
        text("unit_name"),
        text("unit_symbol"),
        sa.Column("unit_scale", sa.SmallInteger(), nullable=False),
        text("unit_export_code"),
        text("time_zone"),
        text("language"),
        big("founding_floor"),
        big("founding_ceiling", null=True),
        big("created_at"),
        primary("community", "id"),
        sa.UniqueConstraint("code", name=op.f("uq_community_code")),
    )
    op.create_table(
        "cell",
        key("community_id"),
        key("number"),
        text("name"),
        text("search_name"),
        text("elements"),
        text("activity", null=True),
        text("line_of_business", null=True),
        text("locality", null=True),
        text("province", null=True),
        sa.Column("latitude", DEGREES, nullable=True),
        sa.Column("longitude", DEGREES, nullable=True),
        text("email", null=True),
        sa.Column("is_email_shown", sa.Boolean(), nullable=False),
        text("phone", null=True),
        sa.Column("is_phone_shown", sa.Boolean(), nullable=False),
        sa.Column("joined_on", DAY, nullable=False),
        primary("cell", "community_id", "number"),
        foreign("cell", ["community_id"], ["community.id"]),
        foreign("cell", ["community_id", "number"], ["account.community_id", "account.number"]),
        check("cell", "latitude", "latitude BETWEEN -90 AND 90"),
        check("cell", "longitude", "longitude BETWEEN -180 AND 180"),
    )


def create_people_of_a_community() -> None:
    op.create_table(
        "participant",
        key("community_id"),
        key("person_id"),
        big("actor"),
        primary("participant", "community_id", "person_id"),
        foreign("participant", ["community_id"], ["community.id"]),
        foreign("participant", ["person_id"], ["person.id"]),
        sa.UniqueConstraint(
            "community_id", "actor", name=op.f("uq_participant_community_id_actor")
        ),
    )
    op.create_index("ix_participant_person_id", "participant", ["person_id"])
    op.create_table(
        "acts_for",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        big("person_id"),
        big("community_id"),
        big("number"),
        text("kind"),
        big("since"),
        big("until", null=True),
        primary("acts_for", "id"),
        foreign("acts_for", ["person_id"], ["person.id"]),
        foreign("acts_for", ["community_id", "number"], ["cell.community_id", "cell.number"]),
        check("acts_for", "kind", "kind IN ('holder', 'clerk', 'viewer')"),
    )
    one_present("acts_for", "number")
    op.create_index("ix_acts_for_cell", "acts_for", ["community_id", "number"])
    op.create_table(
        "role",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        big("person_id"),
        big("community_id"),
        text("role"),
        text("authority"),
        big("since"),
        big("until", null=True),
        primary("role", "id"),
        foreign("role", ["person_id"], ["person.id"]),
        foreign("role", ["community_id"], ["community.id"]),
        check("role", "role", "role IN ('coordinator', 'steward', 'auditor')"),
    )
    one_present("role", "role")
    op.create_index("ix_role_community_id", "role", ["community_id"])


def one_present(table: str, about: str) -> None:
    """A person is the same thing at most once at a time."""
    still = sa.text("until IS NULL")
    op.create_index(
        f"ix_{table}_present",
        table,
        ["person_id", "community_id", about],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )


def create_credit_limit() -> None:
    op.create_table(
        "credit_limit",
        key("community_id"),
        key("account"),
        key("version"),
        big("floor"),
        big("ceiling", null=True),
        text("authority"),
        text("reference", null=True),
        text("reason"),
        big("set_at"),
        primary("credit_limit", "community_id", "account", "version"),
        foreign(
            "credit_limit",
            ["community_id", "account"],
            ["account.community_id", "account.number"],
        ),
        check(
            "credit_limit",
            "authority",
            "authority IN ('founding', 'default', 'import', 'decision')",
        ),
        check("credit_limit", "floor", "floor <= 0"),
        check("credit_limit", "ceiling", "ceiling >= 0"),
        **STRICT,
    )
