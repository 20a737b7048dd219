"""A desk in one file: every table and every attachment at one point, to be put back into an empty desk.

Tables are copied by PostgreSQL's COPY in one REPEATABLE READ transaction (what pg_dump does too), not by pg_dump, so that a
desk moves between versions of PostgreSQL in either direction. A file is written before the row that names it, and never
changed, so the files named by that point are all there.
"""

from hub.services.backup.archive import Manifest, open_backup
from hub.services.backup.restoring import Restored, restore_backup
from hub.services.backup.writing import Saved, write_backup

__all__ = ["Manifest", "Restored", "Saved", "open_backup", "restore_backup", "write_backup"]
