"""Where an adversary meets us, and beside that the variant it must catch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from tests.adversary import following
from tests.adversary.examiner import Verdict
from tests.adversary.processes import Attackers
from tests.adversary.scorecard import Keeping, keep
from tests.adversary.size import Size

from cases.app.embedded import Cluster, Database


@dataclass
class Arena:
    """Migrated databases without data, made when asked for; processes; how hard to strike."""

    cluster: Cluster
    template: str
    attackers: Attackers
    size: Size
    folder: Path
    keep: Keeping
    made: list[Database] = field(default_factory=list)
    engines: list[sa.Engine] = field(default_factory=list)

    @cached_property
    def ours(self) -> Database:
        """The database our own code works on."""
        return self.database()

    @cached_property
    def theirs(self) -> Database:
        """The database the flawed variant works on."""
        return self.database()

    def database(self, template: str = "") -> Database:
        """One more: empty, or a copy."""
        name = f"arena_{uuid4().hex}"
        self.made.append(self.cluster.create_database(name, template=template or self.template))
        return self.made[-1]

    def with_tally(self, database: Database) -> sa.Engine:
        """The projector's connections to a database, in which the tally now has its table."""
        self.engines.append(following.prepare(database))
        return self.engines[-1]

    def close(self) -> None:
        """End what is left of it."""
        for engine in self.engines:
            engine.dispose()
        for database in self.made:
            self.cluster.drop_database(database.name)

    def score(
        self,
        adversary: str,
        ours: Verdict,
        flawed: Mapping[str, tuple[str, Verdict]],
        *,
        facts: int,
        kills: int = 0,
    ) -> None:
        """Keep what came of an adversary; fail where we are harmed, or a flaw isn't caught.

        A flawed variant comes with the kind of harm it must be caught at.
        """
        keep(self.keep, adversary, (facts, kills), ours, flawed)
