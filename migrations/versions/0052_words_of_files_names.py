"""Files are found by every word of their names, those that have come already as well."""

from __future__ import annotations

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Only messages that have files are written again. As `name_words` of hub/services/tickets/search.py parts them.
    op.execute(r"""
        UPDATE search_documents SET words = search_documents.words || named.words
        FROM (
            SELECT message_id, to_tsvector('simple', unaccent(string_agg(
                regexp_replace(regexp_replace(left(name, 255), '([[:lower:]\d])([[:upper:]])', '\1 \2', 'g'),
                               '[^[:alnum:]]+', ' ', 'g'), ' '))) AS words
            FROM attachments GROUP BY message_id
        ) AS named
        WHERE search_documents.subject_id = named.message_id AND search_documents.kind IN ('message', 'note')
    """)


def downgrade() -> None:
    pass  # words more than needed find nothing wrong
