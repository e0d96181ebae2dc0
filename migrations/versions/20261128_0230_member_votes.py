"""Votes of all members: petitions, the roll, the box of secret ballots, candidates; newcomers."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0230_member_votes"
down_revision = "20261128_0220_lots_and_cases"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}
TABLES = (
    "member_vote", "petitioner", "roll_place", "secret_ballot", "candidate", "newcomers_limit",
)  # fmt: skip
VOTE = ["community_id", "vote"]


def upgrade() -> None:
    create_votes()
    create_boxes()
    create_candidates()
    create_newcomers()
    if op.get_bind().dialect.name == "sqlite":
        defend_on_sqlite()
    else:
        defend_on_postgresql()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION secret_ballots_keep()")


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def digest(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.LargeBinary(32), nullable=null)


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


def of_vote(table: str):
    return foreign(table, VOTE, "member_vote", ["community_id", "number"])


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def create_votes() -> None:
    op.create_table(
        "member_vote",
        big("community_id"),
        big("number"),
        text("kind"),
        big("subject", null=True),
        text("about"),
        text("evidence"),
        text("reasons"),
        big("proposed_by", null=True),
        text("request_key", null=True),
        big("proposed_at"),
        *(big(name, null=True) for name in ("petition_until", "opens_at", "withdrawn_at")),
        big("constitution"),
        big("status_quo"),
        big("proposed"),
        *(big(name, null=True) for name in ("opened_at", "closes_at")),
        text("policy", null=True),
        digest("root"),
        *(big(name, null=True) for name in ("lot_after", "concluded_at")),
        *(text(name, null=True) for name in ("outcome", "result")),
        digest("digest"),
        *(big(name, null=True) for name in ("attestation", "enacted_at")),
        primary("member_vote", "community_id", "number"),
        foreign("member_vote", ["community_id"], "community", ["id"]),
        person("member_vote", "subject"),
        person("member_vote", "proposed_by"),
        sa.UniqueConstraint(
            "community_id",
            "proposed_by",
            "request_key",
            name=op.f("uq_member_vote_community_id_proposed_by_request_key"),
        ),
        check("member_vote", "kind", "kind IN ('constitution', 'recall', 'limit', 'election')"),
        check("member_vote", "outcome", "outcome IN ('succeeded', 'defeated', 'lapsed')"),
        **STRICT,
    )
    op.create_table(
        "petitioner",
        *(big(name) for name in (*VOTE, "cell", "person_id", "signed_at")),
        primary("petitioner", *VOTE, "cell"),
        of_vote("petitioner"),
        person("petitioner", "person_id"),
        **STRICT,
    )


def create_boxes() -> None:
    op.create_table(
        "roll_place",
        *(big(name) for name in (*VOTE, "cell")),
        big("person_id", null=True),
        sa.Column("has_voted", sa.Boolean(), nullable=False),
        primary("roll_place", *VOTE, "cell"),
        of_vote("roll_place"),
        foreign("roll_place", ["community_id", "cell"], "cell", ["community_id", "number"]),
        person("roll_place", "person_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "secret_ballot",
        *(big(name) for name in VOTE),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        text("choice"),
        primary("secret_ballot", *VOTE, "key"),
        of_vote("secret_ballot"),
        **STRICT,
    )


def create_candidates() -> None:
    op.create_table(
        "candidate",
        *(big(name) for name in (*VOTE, "person_id")),
        text("words"),
        *(big(name) for name in ("named_by", "named_at")),
        *(big(name, null=True) for name in ("accepted_at", "withdrawn_at", "place")),
        digest("name_digest"),
        text("name", null=True),
        digest("name_salt"),
        *(big(name, null=True) for name in ("rank", "seated_at")),
        primary("candidate", *VOTE, "person_id"),
        of_vote("candidate"),
        person("candidate", "person_id"),
        person("candidate", "named_by"),
        **STRICT,
    )


def create_newcomers() -> None:
    op.create_table(
        "newcomers_limit",
        *(big(name) for name in ("community_id", "version", "floor", "since")),
        primary("newcomers_limit", "community_id", "version"),
        foreign("newcomers_limit", ["community_id"], "community", ["id"]),
        check("newcomers_limit", "floor", "floor <= 0"),
        **STRICT,
    )


def defend_on_sqlite() -> None:
    """A ballot is never changed, and none comes or goes once the box is closed."""
    closed = (
        "EXISTS (SELECT 1 FROM member_vote WHERE community_id = {0}.community_id"
        " AND number = {0}.vote AND root IS NOT NULL)"
    )
    rules = {
        "no_update": ("UPDATE", "1", "is not changed"),
        "closed_in": ("INSERT", closed.format("NEW"), "comes too late"),
        "closed_out": ("DELETE", closed.format("OLD"), "stays"),
        "no_replace_1": (
            "INSERT",
            (
                "EXISTS (SELECT 1 FROM secret_ballot WHERE community_id = NEW.community_id"
                " AND vote = NEW.vote AND key = NEW.key)"
            ),
            "has this key",
        ),
    }
    for name, (verb, when, why) in rules.items():
        op.execute(
            f"CREATE TRIGGER secret_ballot_{name} BEFORE {verb} ON secret_ballot WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, 'a secret ballot {why}'); END"
        )


def defend_on_postgresql() -> None:
    """The same."""
    op.execute(
        """
        CREATE FUNCTION secret_ballots_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE box record;
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                RAISE EXCEPTION 'a secret ballot is not changed';
            END IF;
            box := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
            IF EXISTS (SELECT 1 FROM member_vote WHERE community_id = box.community_id
                       AND number = box.vote AND root IS NOT NULL) THEN
                RAISE EXCEPTION 'a secret ballot neither comes nor goes after the close';
            END IF;
            RETURN box;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER secret_ballot_keeps BEFORE INSERT OR UPDATE OR DELETE ON secret_ballot"
        " FOR EACH ROW EXECUTE FUNCTION secret_ballots_keep()"
    )
    op.execute(
        "CREATE TRIGGER secret_ballot_stays BEFORE TRUNCATE ON secret_ballot"
        " FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
    )
