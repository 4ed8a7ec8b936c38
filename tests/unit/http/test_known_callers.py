"""The file of callers: whoever is not in it is nobody, and a file that is not clear is no file."""

from pathlib import Path

import pytest
from tests.contract.proving import (
    GO_BETWEEN,
    KELA_SYSTEM,
    KELAS,
    LOST,
    MEMBER,
    RENEWED,
    SERVERS,
    STRANGERS,
    callers_file,
    certificate,
    sha256,
)

from cases.app.cli.trouble import ExitCode, trouble_of
from cases.app.http.callers.known import (
    SECURITY_SERVER,
    BadCallers,
    KnownCaller,
    KnownCallers,
    read_callers,
)
from cases.app.http.callers.x_road import Message, client_identifier, party_identifier

CALLER = '[[caller]]\nname = "a"\norganisation = "kela"\n'
BY = 'certificates = [{{sha256 = "{}"}}]'


def message(client: str, represented: str | None = None) -> Message:
    party = None if represented is None else party_identifier(represented)
    return Message(client_identifier(client), party, "1")


@pytest.mark.guarantee("CA-2")
def test_without_a_file_nobody_is_known() -> None:
    for known in (KnownCallers(), read_callers(None)):
        assert known.by_certificate(KELAS) is None
        assert known.by_message(message(MEMBER)) is None
        assert list(known.organisations()) == []


@pytest.mark.guarantee("CA-3", "CA-4")
def test_a_caller_is_who_the_file_says(tmp_path: Path) -> None:
    known = read_callers(callers_file(tmp_path))
    kela = KnownCaller(KELA_SYSTEM, "kela")
    assert known.by_certificate(KELAS) == known.by_message(message(MEMBER)) == kela
    assert known.by_certificate(RENEWED) == KnownCaller("migri-luvat", "migri")
    assert known.by_certificate(SERVERS) is SECURITY_SERVER
    assert known.by_certificate(LOST) == KnownCaller("atlantis", "atlantis")
    assert known.by_certificate(STRANGERS) is None
    assert known.by_message(message(GO_BETWEEN)) is None
    fund = KnownCaller("kassan-palvelutalo", "esimerkkikassa")
    assert known.by_message(message(GO_BETWEEN, "COM/3456789-0")) == fund
    assert list(known.organisations()) == ["atlantis", "esimerkkikassa", "kela", "migri"]


@pytest.mark.guarantee("CA-3")
def test_a_name_counts_with_its_issuer_and_a_fingerprint_for_the_one_certificate(
    tmp_path: Path,
) -> None:
    known = read_callers(callers_file(tmp_path))
    assert known.by_certificate(certificate("luvat.migri.example")) is not None
    assert known.by_certificate(certificate("luvat.migri.example", issuer="Another CA")) is None
    assert known.by_certificate(certificate("luvat.migri.example.")) is None
    assert known.by_certificate(certificate("etuudet.kela.example")) is None


@pytest.mark.guarantee("CA-6")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[caller", "Expected"),
        ("[[callers]]", "callers: Extra inputs"),
        ('[[caller]]\nname = "a"', "caller 0 organisation: Field required"),
        (CALLER + 'roles = ["AUDITOR"]', "caller 0 roles: Extra inputs"),
        (CALLER.replace('"a"', '"a b"'), "caller 0 name"),
        (CALLER.replace('"a"', '"010160-9364"'), "an identity code names no system"),
        (CALLER + BY.format("12"), "64 hexadecimal digits"),
        (CALLER + "certificates = [{}]", "either sha256, or issuer and subject"),
        (CALLER + "certificates = [{issuer = 'CN=a'}]", "either sha256, or issuer and subject"),
        (CALLER + "certificates = [{issuer = 'CN=a', subject = ''}]", "an empty name"),
        (CALLER + "certificates = [{issuer = 'a', subject = 'CN=a'}]", "RFC 4514"),
        (
            CALLER + "certificates = [{sha256 = '0', issuer = 'CN=a', subject = 'CN=b'}]",
            "either sha256, or issuer and subject",
        ),
        (CALLER + 'x-road = [{client = "FI/GOV"}]', "3 or 4 parts"),
        (CALLER + 'x-road = [{client = "FI/GOV/1", represents = "a/b/c"}]', "1 or 2 parts"),
        (CALLER + BY.format(sha256(KELAS)) + CALLER + BY.format(sha256(KELAS)), "stands twice"),
        (
            CALLER
            + BY.format(sha256(KELAS))
            + "\n[[security-server]]\n"
            + BY.format(sha256(KELAS).replace(":", "").lower()),
            "stands twice",
        ),
        (CALLER + 'x-road = [{client = "FI/GOV/1"}, {client = "FI/%47OV/1"}]', "stands twice"),
        ("[[security-server]]\ncertificates = []", "security-server 0 certificates"),
        ("\0", "can't be read"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_by_its_place(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "callers.toml"
    path.write_text(text.replace("}]" + CALLER, "}]\n" + CALLER), encoding="utf-8")
    with pytest.raises(BadCallers) as raised:
        read_callers(path)
    assert said in str(raised.value)
    assert str(path) in str(raised.value)


@pytest.mark.guarantee("CA-6")
def test_a_file_that_is_not_there_or_not_text_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(BadCallers, match="no such file") as raised:
        read_callers(tmp_path / "nowhere.toml")
    trouble = trouble_of(raised.value)
    assert trouble is not None
    assert trouble.code is ExitCode.FILE
    assert trouble.sentence.startswith("The file of callers ")
    path = tmp_path / "callers.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadCallers, match="can't be read"):
        read_callers(path)
