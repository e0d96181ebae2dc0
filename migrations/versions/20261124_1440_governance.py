"""Constitutions, proposals, what happened to them, votes, ballots and decisions."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_1440_governance"
down_revision = "20261124_1410_cell_origins"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DIGEST = sa.LargeBinary(32)
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}
TABLES = (
    "constitution", "household", "proposal", "happening", "objection", "voting", "roster",
    "recusal", "ballot", "ballot_content", "decision",
)  # fmt: skip

PROPOSAL = ["community_id", "proposal"]
ROUND = ["community_id", "proposal", "round"]
KEYS = {"happening": [*PROPOSAL, "seq"], "ballot": [*PROPOSAL, "place"]}


def upgrade() -> None:
    create_constitutions()
    create_proposals()
    create_votes()
    create_ballots()
    if op.get_bind().dialect.name == "sqlite":
        defend_on_sqlite()
    else:
        defend_on_postgresql()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def digest(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, DIGEST, nullable=null)


def flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def foreign(table: str, columns: list[str], target: str, names: list[str]):
    return sa.ForeignKeyConstraint(
        columns,
        [f"{target}.{name}" for name in names],
        name=op.f(f"fk_{table}_{'_'.join(columns)}"),
    )


def person(table: str, column: str):
    return foreign(table, [column], "person", ["id"])


def of_proposal(table: str):
    return foreign(table, PROPOSAL, "proposal", ["community_id", "number"])


def of_round(table: str):
    return foreign(table, ROUND, "voting", ROUND)


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def create_constitutions() -> None:
    op.create_table(
        "constitution",
        big("community_id"),
        big("version"),
        text("document"),
        text("authority"),
        big("in_force_at"),
        primary("constitution", "community_id", "version"),
        foreign("constitution", ["community_id"], "community", ["id"]),
        **STRICT,
    )
    op.create_table(
        "household",
        big("community_id"),
        big("person_id"),
        big("other_id"),
        big("declared_at"),
        big("ended_at", null=True),
        primary("household", "community_id", "person_id", "other_id"),
        foreign("household", ["community_id"], "community", ["id"]),
        person("household", "person_id"),
        person("household", "other_id"),
        check("household", "two", "person_id <> other_id"),
        **STRICT,
    )


def create_proposals() -> None:
    op.create_table(
        "proposal",
        big("community_id"),
        big("number"),
        text("kind"),
        big("account"),
        big("proposed"),
        text("reasons"),
        big("proposed_by"),
        big("drafted_at"),
        big("constitution"),
        text("request_key"),
        primary("proposal", "community_id", "number"),
        foreign("proposal", ["community_id", "account"], "account", ["community_id", "number"]),
        person("proposal", "proposed_by"),
        unique("proposal", "community_id", "proposed_by", "request_key"),
        check("proposal", "kind", "kind IN ('limit')"),
        check("proposal", "proposed", "proposed >= 0"),
        **STRICT,
    )
    op.create_index("ix_proposal_account", "proposal", ["community_id", "account", "number"])
    op.create_table(
        "happening",
        big("community_id"),
        big("proposal"),
        big("seq"),
        text("event"),
        big("at"),
        big("person_id", null=True),
        text("facts"),
        primary("happening", *KEYS["happening"]),
        of_proposal("happening"),
        person("happening", "person_id"),
        **STRICT,
    )
    op.create_index(
        "uq_happening_execute",
        "happening",
        PROPOSAL,
        unique=True,
        sqlite_where=sa.text("event = 'execute'"),
        postgresql_where=sa.text("event = 'execute'"),
    )
    op.create_table(
        "objection",
        big("community_id"),
        big("proposal"),
        big("number"),
        big("made_by"),
        text("ground"),
        big("made_at"),
        big("supported_by", null=True),
        big("supported_at", null=True),
        primary("objection", *PROPOSAL, "number"),
        of_proposal("objection"),
        person("objection", "made_by"),
        person("objection", "supported_by"),
        check("objection", "two", "supported_by <> made_by"),
        **STRICT,
    )


def create_votes() -> None:
    op.create_table(
        "voting",
        *(big(name) for name in ROUND),
        big("opened_at"),
        big("status_quo"),
        big("proposed"),
        big("limit_version"),
        big("constitution"),
        text("policy"),
        text("evidence"),
        big("first_place"),
        primary("voting", *ROUND),
        of_proposal("voting"),
        **STRICT,
    )
    op.create_table(
        "roster",
        *(big(name) for name in ROUND),
        big("voter"),
        big("person_id"),
        digest("name_digest"),
        text("name", null=True),
        digest("name_salt", null=True),
        big("replaces", null=True),
        flag("is_lost"),
        flag("is_drawn"),
        primary("roster", *ROUND, "voter"),
        of_round("roster"),
        person("roster", "person_id"),
        unique("roster", *ROUND, "person_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recusal",
        *(big(name) for name in ROUND),
        big("place"),
        big("person_id"),
        text("ground"),
        digest("name_digest"),
        text("name", null=True),
        digest("name_salt", null=True),
        primary("recusal", *ROUND, "place"),
        of_round("recusal"),
        person("recusal", "person_id"),
        **STRICT,
    )


def create_ballots() -> None:
    op.create_table(
        "ballot",
        *(big(name) for name in KEYS["ballot"]),
        big("voter"),
        digest("commitment"),
        digest("link"),
        big("cast_at"),
        text("request_key"),
        primary("ballot", *KEYS["ballot"]),
        of_proposal("ballot"),
        unique("ballot", *PROPOSAL, "voter", "request_key"),
        **STRICT,
    )
    op.create_table(
        "ballot_content",
        *(big(name) for name in KEYS["ballot"]),
        big("choice", null=True),
        digest("salt"),
        digest("reason_digest"),
        text("reason", null=True),
        digest("reason_salt", null=True),
        primary("ballot_content", *KEYS["ballot"]),
        foreign("ballot_content", KEYS["ballot"], "ballot", KEYS["ballot"]),
        **STRICT,
    )
    op.create_table(
        "decision",
        *(big(name) for name in ROUND),
        big("closed_at"),
        big("recorded_at"),
        big("result"),
        text("outcome"),
        digest("digest"),
        big("attestation"),
        primary("decision", *ROUND),
        of_round("decision"),
        check("decision", "outcome", "outcome IN ('succeeded', 'defeated', 'lapsed')"),
        **STRICT,
    )


def defend_on_sqlite() -> None:
    """Happenings and ballots are not changed, deleted or replaced."""
    others = {
        "happening": "NEW.event = 'execute' AND event = 'execute'"
        " AND community_id = NEW.community_id AND proposal = NEW.proposal",
        "ballot": "community_id = NEW.community_id AND proposal = NEW.proposal"
        " AND voter = NEW.voter AND request_key = NEW.request_key",
    }
    for table, columns in KEYS.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN"
                f" SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        own = " AND ".join(f"{column} = NEW.{column}" for column in columns)
        for number, same in enumerate((own, others[table]), start=1):
            op.execute(
                f"CREATE TRIGGER {table}_no_replace_{number} BEFORE INSERT ON {table}"
                f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN"
                f" SELECT RAISE(ABORT, '{table} has this'); END"
            )


def defend_on_postgresql() -> None:
    """The service's role reads and appends."""
    for table in KEYS:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
        )
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM simpul_service")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO simpul_service")
