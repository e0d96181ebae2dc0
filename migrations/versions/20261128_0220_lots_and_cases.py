"""Lots, challenges to judges, appeals and their panels, and the community's funds."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_0220_lots_and_cases"
down_revision = "20261128_0220_closings"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DIGEST = sa.LargeBinary(32)
STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}
TABLES = (
    "lot", "lot_place", "lot_nonce", "challenge", "judgement", "appellant", "panelist", "fund",
)  # fmt: skip
PROPOSAL = ["community_id", "proposal"]


def upgrade() -> None:
    create_lots()
    create_challenges()
    create_appeals()
    create_funds()
    op.add_column("voting", big("lot", null=True))


def downgrade() -> None:
    op.drop_column("voting", "lot")
    for table in reversed(TABLES):
        op.drop_table(table)


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def digest(name: str) -> sa.Column:
    return sa.Column(name, DIGEST, nullable=True)


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


def of_lot(table: str):
    return foreign(table, ["community_id", "lot"], "lot", ["community_id", "number"])


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def create_lots() -> None:
    op.create_table(
        "lot",
        big("community_id"),
        big("number"),
        text("purpose"),
        big("proposal", null=True),
        big("count"),
        big("called_at"),
        big("commit_until"),
        big("reveal_until"),
        big("attested_at", null=True),
        big("seal_number", null=True),
        digest("seal"),
        big("drawn_at", null=True),
        primary("lot", "community_id", "number"),
        foreign("lot", ["community_id"], "community", ["id"]),
        of_proposal("lot"),
        check("lot", "purpose", "purpose IN ('alternates', 'panel')"),
        check("lot", "proposal", "(purpose = 'panel') = (proposal IS NOT NULL)"),
        check("lot", "times", "called_at < commit_until AND commit_until < reveal_until"),
        check("lot", "drawn", "(drawn_at IS NULL) = (seal IS NULL)"),
        **STRICT,
    )
    op.create_index("ix_lot_proposal", "lot", PROPOSAL)
    op.create_table(
        "lot_place",
        big("community_id"),
        big("lot"),
        big("number"),
        big("cell"),
        big("person_id"),
        primary("lot_place", "community_id", "lot", "number"),
        of_lot("lot_place"),
        person("lot_place", "person_id"),
        **STRICT,
    )
    op.create_table(
        "lot_nonce",
        big("community_id"),
        big("lot"),
        big("number"),
        big("person_id"),
        digest("commitment"),
        big("committed_at", null=True),
        digest("nonce"),
        big("revealed_at", null=True),
        primary("lot_nonce", "community_id", "lot", "number"),
        of_lot("lot_nonce"),
        person("lot_nonce", "person_id"),
        check("lot_nonce", "committed", "(commitment IS NULL) = (committed_at IS NULL)"),
        check("lot_nonce", "kept", "nonce IS NULL OR commitment IS NOT NULL"),
        check("lot_nonce", "revealed", "revealed_at IS NULL OR nonce IS NOT NULL"),
        **STRICT,
    )


def create_challenges() -> None:
    op.create_table(
        "challenge",
        *(big(name) for name in PROPOSAL),
        big("number"),
        big("person_id"),
        big("made_by"),
        text("ground"),
        big("made_at"),
        primary("challenge", *PROPOSAL, "number"),
        of_proposal("challenge"),
        person("challenge", "person_id"),
        person("challenge", "made_by"),
        unique("challenge", *PROPOSAL, "person_id"),
        **STRICT,
    )
    op.create_table(
        "judgement",
        *(big(name) for name in PROPOSAL),
        big("challenge"),
        big("person_id"),
        sa.Column("upholds", sa.Boolean(), nullable=False),
        big("judged_at"),
        primary("judgement", *PROPOSAL, "challenge", "person_id"),
        foreign("judgement", [*PROPOSAL, "challenge"], "challenge", [*PROPOSAL, "number"]),
        person("judgement", "person_id"),
        sqlite_with_rowid=False,
    )


def create_appeals() -> None:
    op.create_table(
        "appellant",
        *(big(name) for name in PROPOSAL),
        big("cell"),
        big("person_id"),
        text("reasons"),
        big("signed_at"),
        primary("appellant", *PROPOSAL, "cell"),
        of_proposal("appellant"),
        person("appellant", "person_id"),
        **STRICT,
    )
    op.create_table(
        "panelist",
        *(big(name) for name in PROPOSAL),
        big("place"),
        big("cell"),
        big("person_id"),
        text("answer", null=True),
        text("reasons", null=True),
        big("answered_at", null=True),
        primary("panelist", *PROPOSAL, "place"),
        of_proposal("panelist"),
        person("panelist", "person_id"),
        unique("panelist", *PROPOSAL, "person_id"),
        check("panelist", "answer", "answer IN ('uphold', 'return')"),
        check("panelist", "answered", "(answer IS NULL) = (answered_at IS NULL)"),
        **STRICT,
    )


def create_funds() -> None:
    op.create_table(
        "fund",
        big("community_id"),
        big("number"),
        text("name"),
        text("purpose"),
        text("authority"),
        big("opened_at"),
        primary("fund", "community_id", "number"),
        foreign("fund", ["community_id", "number"], "account", ["community_id", "number"]),
        unique("fund", "community_id", "name"),
        **STRICT,
    )
