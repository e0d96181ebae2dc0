"""Whoever takes on another role on PostgreSQL writes by hand all the same.

An operator signs in as somebody and says SET ROLE, to be the owner or `simpul_books`: then
who signed in is not who writes, as within a function, and the triggers let the hand pass.
"""

from alembic import op

revision = "20261128_1405_own_hands"
down_revision = "20261128_1116_words_of_before"
branch_labels = None
depends_on = None

AT_HAND = "coalesce(nullif(current_setting('role'), 'none'), session_user)"
"""Who writes where no function does: the role that was taken on, else who signed in."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(written_by_the_books(AT_HAND))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(written_by_the_books("session_user"))


def written_by_the_books(at_hand: str) -> str:
    """The function of the triggers that let nobody pass but a function of definer's rights."""
    return f"""
        CREATE OR REPLACE FUNCTION written_by_the_books() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF current_user = {at_hand} THEN
                RAISE EXCEPTION '% is written by post_entry and post_entries alone', TG_TABLE_NAME
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NULL;
        END $$
    """
