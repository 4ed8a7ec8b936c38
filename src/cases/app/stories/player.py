"""Plays a story: every act is sent, every question asked, every answer compared."""

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Any, Protocol

from cases.app.stories import guidance, notices
from cases.app.stories.bearing import bears_upon, check_rests_upon
from cases.app.stories.comparison import Difference, differences, look, missing_entries
from cases.app.stories.model import Json, Story, StoryAct, StoryCheck, StoryPoll
from cases.app.stories.names import Missing, Names
from cases.app.stories.report import Outcome, Report, Result
from cases.app.stories.timeline import Entry, timeline
from cases.app.stories.translation import (
    QUESTIONS,
    NotYet,
    Post,
    caller_of,
    expectation,
    is_role,
    lacking,
    learn,
    names_in,
    translate,
)
from cases.domain.model import State

OK = range(200, 300)
NOT_FOUND = 404
STALE = 412
NOT_SUPPORTED = 501

_STREAMS = ("caseId", "consentId", "familyPlanId")
"""What an answer to an act calls the stream it is about."""

PURPOSES = {
    "officer": "ORGANISING_SERVICES",
    "professional": "ORGANISING_SERVICES",
    "auditor": "DATA_PROTECTION_AUDIT",
}
"""What each role says it reads for."""


class Call(State):
    """A request as ``role@organisation``; ``path`` is below ``/v1``."""

    caller: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


class Answer(State):
    """An answer of the interface: its status, its entity tag, its body."""

    status: int
    etag: str | None = None
    body: Any = None

    @property
    def in_words(self) -> str:
        """Status, problem code and sections: enough to see what went wrong, and no values."""
        problem = self.body if isinstance(self.body, dict) else {}
        code = str(problem.get("code", ""))
        pointers = [str(e.get("pointer") or e.get("header")) for e in problem.get("errors") or ()]
        return " ".join(
            part for part in (str(self.status), code, *self.sections, *pointers) if part
        )

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections that refused."""
        problem = self.body if isinstance(self.body, dict) else {}
        return tuple(str(basis["section"]) for basis in problem.get("legalBasis") or ())


class Stage(Protocol):
    """Where a story is played."""

    def at(self, instant: datetime) -> None:
        """It is now this instant."""
        ...

    def settle(self) -> None:
        """Let the read models catch up with everything recorded."""
        ...

    def send(self, call: Call) -> Answer:
        """Send a request."""
        ...


def play(story: Story, stage: Stage, watch: Callable[[Result], None] | None = None) -> Report:
    """Play a story to its end; ``watch`` is told of every result as it comes."""
    player = _Player(story, stage)
    results = []
    for entry in timeline(story):
        stage.at(entry.at)
        result = player.entry(entry)
        results.append(result)
        if watch is not None:
            watch(result)
    return Report(story=story.story, results=tuple(results))


class _Player:
    def __init__(self, story: Story, stage: Stage) -> None:
        self._story = story
        self._stage = stage
        self._names = Names()
        self._etags: dict[str, str] = {}
        self._responsible: dict[str, list[tuple[date, str]]] = {}

    def entry(self, entry: Entry) -> Result:
        match entry.what:
            case StoryAct():
                return self._act(entry, entry.what)
            case StoryCheck():
                return self._check(entry, entry.what)
            case StoryPoll():
                reason = "feeds are not supported yet"
                return _result(entry, Outcome.NOT_SUPPORTED, reason=reason)

    # ------------------------------------------------------------------ acts

    def _act(self, entry: Entry, act: StoryAct) -> Result:
        post = translate(act, self._story.people, self._names)
        if isinstance(post, NotYet):
            return self._not_done(entry, act, post)
        answer = self._post(entry, act, post)
        if answer.status == NOT_SUPPORTED:
            where = ", ".join(answer.sections)
            reason = f"this part of section {where} is not supported yet" if where else act.do
            return self._not_done(entry, act, NotYet(reason=reason))
        if notices.is_notice(act) and answer.status in OK:
            return self._noticed(entry, answer)
        if answer.status in OK:
            learn(act, answer.body, self._names)
            self._learn_who_answers(act)
            stream = next(answer.body[name] for name in _STREAMS if name in answer.body)
            self._etags[str(stream)] = str(answer.etag)
        if act.refused is not None:
            return _refusal(entry, act.refused, answer)
        if answer.status in OK:
            return _result(entry, Outcome.HELD)
        failure = Missing(label=entry.label, why=answer.in_words, failed=True)
        self._names.lack(names_in(act), failure)
        wrong = Difference(member="answer", expected="recorded", found=answer.in_words)
        return _result(entry, Outcome.FAILED, wrong=(wrong,))

    def _noticed(self, entry: Entry, answer: Answer) -> Result:
        """Notices were answered, each on its own."""
        refused = notices.refused(answer.body)
        if refused is None:
            return _result(entry, Outcome.HELD)
        wrong = Difference(member="answer", expected="received", found=refused)
        return _result(entry, Outcome.FAILED, wrong=(wrong,))

    def _learn_who_answers(self, act: StoryAct) -> None:
        """Who is to be asked about the person, from which day on."""
        by, known = act.by.partition("@")[2], self._responsible.setdefault(act.about or "", [])
        if not known:
            known.append((date.min, by))
        if act.do == "acceptReferral":
            known.append((act.date, by))
        if act.do == "handOver":
            on = act.content.get("effectiveOn", act.date)
            known.append((date.fromisoformat(str(on)), str(act.content["to"])))

    def _who_answers(self, about: str, day: date) -> str:
        return [by for since, by in self._responsible[about] if since <= day][-1]

    def _not_done(self, entry: Entry, act: StoryAct, why: NotYet) -> Result:
        """What comes later may build on it, unless it was to be refused anyway."""
        if act.refused is None:
            missing = why.root or Missing(label=entry.label, why=why.reason)
            self._names.lack(names_in(act), missing)
            if not why.failed:
                self._names.undone(act.about, entry.at, bears_upon(act.do), missing)
        return _not_asked(entry, why)

    def _post(self, entry: Entry, act: StoryAct, post: Post) -> Answer:
        """Send an act on the version last known. When the calendar has recorded something since,
        the version is stale: then look again, as an officer would, and send it once more."""
        headers = {"Idempotency-Key": f'"{self._story.story}/{entry.label.replace(" ", "-")}"'}
        caller = notices.sender(act) if notices.is_notice(act) else caller_of(act.by)
        call = Call(caller=caller, method="POST", path=post.path, headers=headers, body=post.body)
        if post.case is None:
            return self._stage.send(call)
        answer = self._stage.send(_deciding_on(call, self._etags[post.case]))
        if answer.status != STALE:
            return answer
        # The plan is what everybody who may act on a case may read.
        seen = self._read(caller_of(act.by), f"/cases/{post.case}/plan", {})
        return self._stage.send(_deciding_on(call, seen.etag)) if seen.etag else answer

    # ---------------------------------------------------------------- checks

    def _check(self, entry: Entry, check: StoryCheck) -> Result:
        if check.ask == guidance.QUESTION:
            return self._check_guidance(entry, check)
        asked = self._question(check)
        if isinstance(asked, NotYet):
            return _not_asked(entry, asked)
        caller, path, expected = asked
        self._stage.settle()
        query = {"validOn": check.date.isoformat()}
        if check.known is not None:
            query["knownAt"] = check.known.isoformat().replace("+00:00", "Z")
        answer = self._read(caller, path, query)
        wrong = _judge(check, expected, answer)
        return _result(entry, Outcome.FAILED if wrong else Outcome.HELD, wrong=wrong)

    def _check_guidance(self, entry: Entry, check: StoryCheck) -> Result:
        """The person's guidance records, as their own authority finds them."""
        person = check.about or ""
        unsettled = self._names.unsettled(person, check_rests_upon(check.ask, None), check.known)
        if unsettled:
            return _not_asked(entry, lacking(*unsettled))
        code = {"identityCode": self._story.people[person].identity_code}
        headers = {"Purpose-Of-Use": guidance.PURPOSE}
        authority = self._who_answers(person, check.date)
        by, path = caller_of(check.caller or f"officer@{authority}"), guidance.LOOKUP
        call = Call(caller=by, method="POST", path=path, headers=headers, body=code)
        # None is no records, and not a record that says nothing.
        expected = {"records": []} if check.expect == "none" else check.expect
        wrong = _judge(check, expected, self._stage.send(call))
        return _result(entry, Outcome.FAILED if wrong else Outcome.HELD, wrong=wrong)

    def _question(self, check: StoryCheck) -> tuple[str, str, Json] | NotYet:
        """Who asks, where, and what is expected; or why it can't be asked."""
        path = QUESTIONS.get(check.ask)
        if path is None:
            return NotYet(reason=f"the question {check.ask} is not supported yet")
        upon = check_rests_upon(check.ask, check.expect)
        for person in _people_of(check):
            case = self._names.find(person)
            if isinstance(case, Missing):
                return lacking(f"the case of {person}", case)
            unsettled = self._names.unsettled(person, upon, check.known)
            if unsettled:
                return lacking(*unsettled)
        expected = expectation(check, self._names)
        if isinstance(expected, NotYet):
            return expected
        own = f"officer@{check.of or self._who_answers(check.about or '', check.date)}"
        caller = caller_of(check.caller or own)
        role = caller.partition("@")[0]
        if not is_role(role):
            return NotYet(reason=f"the role {role} is not supported yet")
        case_id = self._names.find(check.about) if check.about else ""
        return caller, path.format(case=case_id), expected

    def _read(self, caller: str, path: str, query: Mapping[str, str]) -> Answer:
        """One answer; of a list, all its pages as one."""
        headers = {"Purpose-Of-Use": PURPOSES[caller.partition("@")[0]]}
        call = Call(caller=caller, method="GET", path=path, query=query, headers=headers)
        answer = self._stage.send(call)
        items: list[Any] = []
        while answer.status in OK and isinstance(answer.body, dict) and "items" in answer.body:
            items += answer.body["items"]
            cursor = answer.body.get("next")
            if cursor is None:
                return answer.having(body={**answer.body, "items": items})
            more = {**query, "cursor": str(cursor)}
            answer = self._stage.send(call.having(query=more))
        return answer


def _people_of(check: StoryCheck) -> tuple[str, ...]:
    if check.about is not None:
        return (check.about,)
    entries = check.expect if isinstance(check.expect, list) else []
    return tuple(str(e["person"]) for e in entries if isinstance(e, dict) and "person" in e)


def _deciding_on(call: Call, etag: str) -> Call:
    return call.having(headers={**call.headers, "If-Match": etag})


def _judge(check: StoryCheck, expected: Json, answer: Answer) -> tuple[Difference, ...]:
    """Where the answer is not what the story expects."""
    if expected == "notFound":
        return () if answer.status == NOT_FOUND else (_said(answer, "notFound"),)
    if answer.status not in OK:
        return (_said(answer, "an answer"),)
    body = answer.body
    if check.ask == "currentPlan":
        return differences(None if expected == "none" else expected, body["plan"], "plan")
    if isinstance(expected, list):
        return missing_entries(expected, body["items"])
    if isinstance(expected, dict) and expected.keys() & {"contains", "containsNot"}:
        return look(expected, body)
    return differences(expected, body)


def _refusal(entry: Entry, section: str, answer: Answer) -> Result:
    """An act that must be refused, by this rule."""
    if answer.status not in OK and section in answer.sections:
        return _result(entry, Outcome.HELD)
    found = "recorded" if answer.status in OK else answer.in_words
    wrong = Difference(member="answer", expected=f"refused by {section}", found=found)
    return _result(entry, Outcome.FAILED, wrong=(wrong,))


def _said(answer: Answer, expected: str) -> Difference:
    return Difference(member="answer", expected=expected, found=answer.in_words)


def _not_asked(entry: Entry, why: NotYet) -> Result:
    outcome = Outcome.FAILED if why.failed else Outcome.NOT_SUPPORTED
    return _result(entry, outcome, reason=why.reason)


def _result(
    entry: Entry, outcome: Outcome, *, reason: str | None = None, wrong: tuple[Difference, ...] = ()
) -> Result:
    return Result(
        entry=entry.label,
        at=entry.at,
        told=_told(entry.what),
        outcome=outcome,
        reason=reason,
        differences=wrong,
    )


def _told(what: StoryAct | StoryCheck | StoryPoll) -> str:
    """The entry in a few words."""
    match what:
        case StoryAct():
            about = f" about {what.about}" if what.about else ""
            refused = f", refused by {what.refused}" if what.refused else ""
            return f"{what.do}{about} by {what.by}{refused}"
        case StoryCheck():
            known = f", known at {what.known:%Y-%m-%d %H:%M}Z" if what.known else ""
            return f"{what.ask} of {what.about or what.of} on {what.date}{known}"
        case StoryPoll():
            return f"poll of {what.poll}"
