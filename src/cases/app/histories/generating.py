"""Generating histories into a running installation."""

from collections.abc import Callable, Sequence
from datetime import date

from cases.app.access.policy import OFFICES
from cases.app.access.principal import Role
from cases.app.bootstrap import System, open_bulk
from cases.app.histories.crew import Loaded, Stop, load
from cases.app.histories.pattern import Patterns
from cases.app.histories.people import Population
from cases.app.histories.plan import Plan
from cases.app.organisations import Organisations
from cases.domain.case.act import Organisation


class NoSuchAuthority(LookupError):
    """An organisation that is not in the register, or whose officers open no cases."""


def authorities_of(
    organisations: Organisations, on: date, chosen: Sequence[str] = ()
) -> tuple[Organisation, ...]:
    """Those chosen, or everybody whose officers open cases on a day. Raises NoSuchAuthority."""
    found = (Organisation(id=each.id, kind=each.entry.kind) for each in organisations.on(on))
    able = {each.id: each for each in found if each.kind in OFFICES[Role.OFFICER]}
    unknown = [each for each in chosen if each not in able]
    if unknown or not able:
        named = f"{unknown[0]} is none" if unknown else "there is none"
        msg = f"of the authorities whose officers open cases, {named}; there are {', '.join(able)}"
        raise NoSuchAuthority(msg)
    return tuple(able[each] for each in chosen) or tuple(able.values())


def generate(  # noqa: PLR0913 - what a load is asked for
    system: System,
    facts: int,
    *,
    seed: int,
    authorities: tuple[Organisation, ...],
    workers: int,
    stop: Stop,
    tell: Callable[[int], object] = lambda facts: None,
) -> Loaded:
    """Write whole cases with ``facts`` facts in all, or up to a case more, into the log.

    Everybody gets a new case; nobody who has one gets another. The facts have their places in the
    ledger when a sequencer has been by. Raises what ``Patterns``, ``Plan`` and ``load`` raise.
    """
    now = system.clock.now()
    with open_bulk(system.settings) as bulk:
        patterns = Patterns(
            law=system.law,
            purposes=system.purposes,
            organisations=system.organisations.current(),
            authorities=authorities,
            mapper=bulk.mapper,
            blind_index=system.keystore.blind_index,
            now=now,
            seed=seed,
        )
        plan = Plan(
            patterns,
            Population(system.clock.today(), seed),
            system.keystore.blind_index,
            bulk.known,
            seed,
        )
        batches = plan.batches(facts)
        return load(system.settings, seed, batches, workers=workers, stop=stop, tell=tell)
