"""People, their sessions and tries to sign in; work that is due.

The service's role may read and write all of it: see the default privileges in
the migration of the journal.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123_1000_identity_and_jobs"
down_revision = "20261123_0900_journal"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DIGEST = sa.LargeBinary(32)
STRICT = {"sqlite_strict": True}


def upgrade() -> None:
    create_people()
    create_sessions()
    create_attempts()
    create_jobs()


def downgrade() -> None:
    for table in ("job", "sign_in_attempt", "login_session", "person"):
        op.drop_table(table)


def number(table: str) -> tuple[sa.Column, sa.PrimaryKeyConstraint]:
    column = sa.Column("id", BIG, autoincrement=True, nullable=False)
    return column, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def big(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, BIG, nullable=null)


def digest(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, DIGEST, nullable=null)


def unique(table: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=op.f(f"uq_{table}_{column}"))


def create_people() -> None:
    op.create_table(
        "person",
        *number("person"),
        text("name"),
        text("email", null=True),
        text("phone", null=True),
        text("language"),
        text("password_hash", null=True),
        big("created_at"),
        big("ended_at", null=True),
        unique("person", "email"),
        unique("person", "phone"),
        **STRICT,
    )


def create_sessions() -> None:
    op.create_table(
        "login_session",
        *number("login_session"),
        digest("token_digest"),
        big("person_id"),
        text("agent"),
        big("created_at"),
        big("last_seen_at"),
        big("ended_at", null=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_login_session_person_id")
        ),
        unique("login_session", "token_digest"),
        **STRICT,
    )
    op.create_index("ix_login_session_person_id", "login_session", ["person_id"])


def create_attempts() -> None:
    op.create_table(
        "sign_in_attempt",
        *number("sign_in_attempt"),
        big("at"),
        digest("subject"),
        digest("origin"),
        digest("address"),
        digest("device", null=True),
        big("is_known"),
        big("succeeded_at", null=True),
        sa.CheckConstraint("is_known IN (0, 1)", name=op.f("ck_sign_in_attempt_is_known")),
        **STRICT,
    )
    op.create_index("ix_sign_in_attempt_subject_at", "sign_in_attempt", ["subject", "at"])
    op.create_index("ix_sign_in_attempt_address_at", "sign_in_attempt", ["address", "at"])
    op.create_index("ix_sign_in_attempt_at", "sign_in_attempt", ["at"])


def create_jobs() -> None:
    op.create_table(
        "job",
        *number("job"),
        text("kind"),
        text("key", null=True),
        text("payload"),
        big("created_at"),
        big("due_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        big("claimed_until", null=True),
        text("last_error", null=True),
        big("done_at", null=True),
        big("given_up_at", null=True),
        unique("job", "key"),
        **STRICT,
    )
    op.create_index("ix_job_done_at_due_at", "job", ["done_at", "due_at"])
