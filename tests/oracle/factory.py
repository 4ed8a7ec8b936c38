"""Lets the library's own applications record into our log.

Snapshots stay in memory: the log has none, and their versions are taken by the events themselves.
"""

from typing import ClassVar

from eventsourcing import popo
from eventsourcing.persistence import ApplicationRecorder


class CaseFactory(popo.POPOFactory):
    """The library's infrastructure in memory, but for the recorder of the application."""

    recorder: ClassVar[ApplicationRecorder]
    """What is handed to every application."""

    def application_recorder(self) -> ApplicationRecorder:
        return self.recorder
