"""No change without its entry, and no entry changed without its being found."""

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from service import access
from service.__main__ import main
from service.audit import anchors
from service.audit.reading import entries, line, list_entries
from service.audit.verifying import verify
from service.errors import BadAnchor, InvalidRequest
from service.policy import Policy
from service.registry import record_activation
from service.review.policies import set_policy
from service.store.chain import INSTALLATION, START, Link
from service.store.ids import digest
from service.store.ledger import AuditEntry, AuditHead
from service.store.outward import Activation, Key
from service.store.tables import Decision, PolicyRow
from service.store.words import Role
from tests.desks import NOW, SUE
from tests.test_migrations import fill

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from service.audit.anchors import Anchor
    from service.audit.verifying import Verified
    from service.store.engine import Store
    from tests.promises import Promised

GUARDS = ("audit_no_update", "audit_no_delete", "audit_heads_no_delete", "audit_heads_forward")


@pytest.fixture
def filled(store: Store) -> Store:
    """A database with a chain for two tenants and the installation, of all kinds of deeds."""
    fill(store)
    with store.writing() as session:
        record_activation(session, "another", actor="eve", tenant="t", now=NOW)
    for number in range(12):
        with store.writing(by=f"key {number}") as session:
            access.create_key(session, tenant="u", name=f"n{number}", role=Role.PUBLISHER, now=NOW)
    return store


@pytest.fixture
def unguarded(filled: Store) -> Store:
    """The same for one who owns the database and has taken its guards away."""
    with filled.engine.begin() as connection:
        if filled.is_sqlite:
            for guard in GUARDS:
                connection.execute(text(f"DROP TRIGGER {guard}"))
        else:
            for table in ("audit", "audit_heads"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
    return filled


def look(store: Store, *against: Anchor) -> Verified:
    with store.snapshot() as session:
        return verify(session, anchors=against)


def anchor(store: Store) -> Anchor:
    with store.snapshot() as session:
        return anchors.take(session, now=NOW)


def links(session: Session, chain: str) -> list[Link]:
    query = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
    found = [each.link() for each in session.scalars(query)]
    session.expunge_all()
    return found


def digests(session: Session, chain: str) -> list[str]:
    query = select(AuditEntry.digest).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
    return list(session.scalars(query))


def set_fields(session: Session, chain: str, number: int, /, **values: object) -> None:
    where = (AuditEntry.chain == chain, AuditEntry.number == number)
    session.execute(update(AuditEntry).where(*where).values(**values))


def values_of(link: Link) -> dict[str, Any]:
    return {name: getattr(link, name) for name in Link.__slots__}


def changed(link: Link, rng: random.Random) -> tuple[str, object]:
    """Choose a field of an entry and another value for it."""
    field = rng.choice([name for name in Link.__slots__ if name not in ("chain", "number")])
    if field == "at":
        return field, link.at + timedelta(microseconds=rng.choice((-1, 1)) * rng.randint(1, 10**9))
    if field == "form":
        return field, link.form + 1
    if field == "subject":
        key = rng.choice(sorted(link.subject))
        return field, {**link.subject, key: link.subject[key] + "0"}
    value = getattr(link, field)
    place = rng.randrange(len(value))
    return field, value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]


def change_a_field(session: Session, chain: str, rng: random.Random) -> None:
    link = rng.choice(links(session, chain))
    field, value = changed(link, rng)
    set_fields(session, chain, link.number, **{field: value})


def delete_a_row(session: Session, chain: str, rng: random.Random) -> None:
    link = rng.choice(links(session, chain))
    session.execute(delete(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.number == link.number))


def delete_and_close_the_gap(session: Session, chain: str, rng: random.Random) -> None:
    """Also take the head back by one, so that numbers fit."""
    number = rng.choice(links(session, chain)).number
    session.execute(delete(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.number == number))
    later = links(session, chain)[number - 1 :]
    for link in later:
        set_fields(session, chain, link.number, number=link.number - 1)
    session.execute(update(AuditHead).where(AuditHead.chain == chain).values(number=AuditHead.number - 1))


def swap_two_rows(session: Session, chain: str, rng: random.Random) -> None:
    one, two = rng.sample(links(session, chain), 2)
    told = digests(session, chain)
    for at, of in ((one, two), (two, one)):
        values = values_of(of) | {"number": at.number, "digest": told[of.number - 1]}
        set_fields(session, chain, at.number, **values)


def insert_a_row(session: Session, chain: str, rng: random.Random) -> None:
    """Put an entry in between, well chained to the one before, and number the later ones anew."""
    found = links(session, chain)
    before = rng.choice(found)
    for link in reversed(found[before.number :]):
        set_fields(session, chain, link.number, number=link.number + 1)
    forged = replace(before, number=before.number + 1, previous=before.digest())
    session.execute(insert(AuditEntry).values(values_of(forged) | {"digest": forged.digest()}))
    if rng.random() < 0.5 and before is not found[-1]:
        session.execute(update(AuditHead).where(AuditHead.chain == chain).values(number=AuditHead.number + 1))


def cut_off_the_tail(session: Session, chain: str, rng: random.Random) -> None:
    """Half of the time with the head taken back to match, which an anchor alone can tell."""
    found = links(session, chain)
    left = rng.randrange(len(found))
    session.execute(delete(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.number > left))
    if rng.random() < 0.5:
        end = found[left - 1].digest() if left else START
        head = update(AuditHead).where(AuditHead.chain == chain)
        session.execute(head.values(number=left, digest=end))


def recompute_the_digest_of_one_row(session: Session, chain: str, rng: random.Random) -> None:
    link = rng.choice(links(session, chain))
    forged = replace(link, actor=link.actor + "x")
    set_fields(session, chain, link.number, actor=forged.actor, digest=forged.digest())


def rewrite_all_from_an_entry_on(session: Session, chain: str, rng: random.Random) -> None:
    """Also the head: the chain is whole, and only an anchor can tell."""
    found = links(session, chain)
    begin = rng.choice(found)
    previous = begin.previous
    for link in found[begin.number - 1 :]:
        forged = replace(link, actor=link.actor + "x" * (link is begin), previous=previous)
        previous = forged.digest()
        set_fields(session, chain, link.number, digest=previous, **values_of(forged))
    session.execute(update(AuditHead).where(AuditHead.chain == chain).values(digest=previous))


def change_what_an_entry_vouches_for(session: Session, chain: str, rng: random.Random) -> None:  # noqa: ARG001 - one signature for all
    what = rng.choice(
        (
            update(Decision).values(note="Nothing to see."),
            update(Decision).values(at=NOW + timedelta(days=1)),
            update(PolicyRow).values(author="mallory"),
            update(Key).where(Key.tenant == "u").values(role=Role.ADMINISTRATOR),
            delete(Key).where(Key.tenant == "u"),
        )
    )
    session.execute(what)


def slip_a_row_in(session: Session, chain: str, rng: random.Random) -> None:
    """Put a key, a policy or an activation into the database, and nothing into the log."""
    made = NOW + timedelta(seconds=rng.randint(0, 10**6))
    if chain == INSTALLATION:
        session.add(Activation(version="x", tenant="t", actor="x", at=made))
    elif chain == "t" and rng.random() < 0.5:
        row = PolicyRow(tenant="t", revision=99, body={}, author="x", remark="", created=made)
        session.add(row)
    else:
        key = session.scalars(select(Key).limit(1)).one()
        values = {column.name: getattr(key, column.name) for column in Key.__table__.columns}
        session.add(Key(**values | {"id": "x", "digest": "x", "tenant": chain, "created": made}))
    session.flush()


def drop_a_chain(session: Session, chain: str, rng: random.Random) -> None:  # noqa: ARG001 - one signature for all
    session.execute(delete(AuditEntry).where(AuditEntry.chain == chain))
    session.execute(delete(AuditHead).where(AuditHead.chain == chain))


TAMPERINGS: tuple[Callable[[Session, str, random.Random], None], ...] = (
    change_a_field,
    delete_a_row,
    delete_and_close_the_gap,
    swap_two_rows,
    insert_a_row,
    cut_off_the_tail,
    recompute_the_digest_of_one_row,
    rewrite_all_from_an_entry_on,
    change_what_an_entry_vouches_for,
    slip_a_row_in,
    drop_a_chain,
)
# What leaves a whole chain behind and contradicts nothing but an anchor; and what does so at times, when what
# the entries told of are not rows that are counted.
CONTRADICT_NOTHING_ELSE = {rewrite_all_from_an_entry_on.__name__, drop_a_chain.__name__}
NEED_AN_ANCHOR = CONTRADICT_NOTHING_ELSE | {cut_off_the_tail.__name__}


def tamper(store: Store, times: int) -> tuple[Counter[str], Counter[str]]:
    """Tamper, look with an anchor and without, and take it back; count by kind what was not found."""
    held = anchor(store)
    assert set(held.heads) == {"t", "u", "*"}
    missed, missed_without = Counter[str](), Counter[str]()
    for seed in range(times):
        rng = random.Random(seed)
        kind = TAMPERINGS[seed % len(TAMPERINGS)]
        with store.snapshot() as session:
            kind(session, rng.choice(("t", "u", "*")), rng)
            session.expire_all()
            missed[kind.__name__] += not verify(session, anchors=[held]).findings
            missed_without[kind.__name__] += not verify(session).findings
            session.rollback()
    assert not look(store, held).findings
    return +missed, +missed_without


def test_any_of_a_hundred_tamperings_is_found(unguarded: Store) -> None:
    missed, missed_without = tamper(unguarded, 100)
    assert not missed
    assert CONTRADICT_NOTHING_ELSE <= set(missed_without) <= NEED_AN_ANCHOR


@pytest.mark.promise
def test_any_of_a_thousand_tamperings_is_found(unguarded: Store, promised: Promised) -> None:
    missed, missed_without = tamper(unguarded, 1_000)
    promised(
        "of 1,000 random tamperings of the audit log, `overclaim audit verify` with an anchor misses",
        sum(missed.values()),
        exactly=0,
    )
    promised(
        "the same without an anchor: ends cut off with their heads, chains rewritten or dropped",
        sum(missed_without.values()),
        at_most=300,
    )
    assert CONTRADICT_NOTHING_ELSE <= set(missed_without) <= NEED_AN_ANCHOR


def test_the_database_itself_refuses_to_change_or_shorten_the_log(filled: Store) -> None:
    before = anchor(filled)
    for statement in (
        "UPDATE audit SET actor = 'mallory'",
        "DELETE FROM audit WHERE number = 1",
        "DELETE FROM audit_heads",
        "UPDATE audit_heads SET number = number - 1",
        "UPDATE audit_heads SET digest = 'x'",
        *(() if filled.is_sqlite else ("TRUNCATE audit", "TRUNCATE audit_heads")),
    ):
        with pytest.raises(DBAPIError, match="appended to"), filled.engine.begin() as connection:
            connection.execute(text(statement))
    assert anchor(filled) == before
    assert not look(filled, before).findings


def test_a_log_goes_on_after_an_anchor_and_still_agrees_with_it(filled: Store) -> None:
    held = anchor(filled)
    before = look(filled, held)
    with filled.writing() as session:
        access.create_key(session, tenant="u", name="later", role=Role.PUBLISHER, now=NOW)
    found = look(filled, held, anchor(filled))
    assert not found.findings
    assert found.chains == before.chains == 3
    assert found.entries == before.entries + 1


def test_a_change_that_is_rolled_back_leaves_no_entry_and_no_gap(store: Store) -> None:
    def fail() -> None:
        with store.writing() as session:
            access.create_key(session, tenant="t", name="x", role=Role.PUBLISHER, now=NOW)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with store.writing() as session:
        access.create_key(session, tenant="t", name="y", role=Role.PUBLISHER, now=NOW)
    with store.reading() as session:
        assert [each.number for each in entries(session)] == [1]


def test_a_change_whose_entry_cannot_be_written_is_not_made(store: Store) -> None:
    def lose_the_key() -> None:
        with store.writing() as session:
            access.create_key(session, tenant="t", name="x", role=Role.PUBLISHER, now=NOW)
            session.execute(delete(Key))
            session.expire_all()

    with pytest.raises(LookupError):
        lose_the_key()
    with store.reading() as session:
        assert not list(entries(session))


def test_many_at_once_write_one_chain_without_a_gap(store: Store) -> None:
    def work(worker: int) -> None:
        for turn in range(10):
            with store.writing(by=f"k{worker}") as session:
                access.create_key(
                    session, tenant="tu"[turn % 2], name=f"{worker}-{turn}", role=Role.PUBLISHER, now=NOW
                )
                if turn % 3 == 0:
                    record_activation(session, "m", actor="x", now=NOW)

    # SQLite's writers wait for 10 seconds and in no order; on a busy machine more of them would not get by.
    with ThreadPoolExecutor(2 if store.is_sqlite else 8) as threads:
        list(threads.map(work, range(8)))
    found = look(store)
    assert not found.findings
    assert found.entries == 8 * (10 + 4)


def test_an_entry_holds_no_text_and_no_secret(store: Store) -> None:
    with store.writing(by="k") as session:
        _, secret = access.create_key(session, tenant="t", name="ann", role=Role.MODERATOR, now=NOW)
        set_policy(
            session,
            Policy(block_phrases=("miracle",)),
            points={},
            caller=SUE,
            base=0,
            remark="canary",
            now=NOW,
        )
    with store.reading() as session:
        written = "\n".join(map(line, entries(session)))
    for word in (secret, digest(secret), "canary", "miracle"):
        assert word not in written


def test_an_export_alone_is_enough_to_compute_every_digest_anew(filled: Store) -> None:
    with filled.snapshot() as session:
        told = [json.loads(line(each)) for each in entries(session)]
    for each in told:
        digest = each.pop("digest")
        assert Link(**each | {"at": datetime.fromisoformat(each["at"])}).digest() == digest


def test_the_digest_of_an_entry_never_changes() -> None:
    """A known answer: what was written by an earlier version must verify by every later one."""
    entry = Link(
        form=1,
        chain="t",
        number=1,
        at=datetime(2026, 1, 5, 12, 0, 0, 1, tzinfo=UTC),
        actor="k",
        deed="key.created",
        subject={"key": "é", "role": "moderator"},
        payload="p",
        previous=START,
    )
    assert entry.digest() == "23f4b4b23286d1a57160923a26098cee97a124da4d369773252043128d9824e9"


def test_a_page_is_of_the_tenants_own_chain_and_its_token_tells_nothing_of_others(filled: Store) -> None:
    with filled.reading() as session:
        first, token = list_entries(session, tenant="u", size=5, token="")
        rest, end = list_entries(session, tenant="u", size=200, token=token)
        assert [each.number for each in (*first, *rest)] == list(range(12, 0, -1))
        assert {each.chain for each in (*first, *rest)} == {"u"}
        assert (token, end) == ("8", "")
        assert list_entries(session, tenant="nobody", size=5, token=token) == ([], "")
        for size, wrong in ((201, ""), (-1, ""), (5, "x"), (5, "²"), (5, "9" * 30)):
            with pytest.raises(InvalidRequest):
                list_entries(session, tenant="u", size=size, token=wrong)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A private and a public key, in files."""
    key = Ed25519PrivateKey.generate()
    private, public = tmp_path / "anchor.pem", tmp_path / "anchor.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def test_a_signed_anchor_is_believed_and_a_forged_one_is_not(
    filled: Store, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    private, public = pair
    kept = tmp_path / "kept.json"
    kept.write_text(anchors.write(anchor(filled), key=private))
    assert anchors.read(kept, trusted=public) == [anchor(filled)]
    kept.write_text("\n".join([kept.read_text()] * 2))
    assert len(anchors.read(kept, trusted=public)) == 2
    kept.write_text(kept.read_text().splitlines()[0])
    forged = json.loads(kept.read_text())
    forged["heads"]["t"][0] -= 1
    unsigned = {name: value for name, value in json.loads(kept.read_text()).items() if name != "signature"}
    wrong: tuple[Any, ...] = (forged, unsigned, {}, [], {"form": 2}, {"form": 1, "at": "", "heads": {"t": 1}})
    for told in wrong:
        kept.write_text(json.dumps(told))
        with pytest.raises(BadAnchor):
            anchors.read(kept, trusted=public)
    kept.write_text("")
    with pytest.raises(BadAnchor, match="holds no anchors"):
        anchors.read(kept, trusted=None)
    for path in (kept, tmp_path / "none", private):
        with pytest.raises(BadAnchor):
            anchors.read(tmp_path / "kept.json", trusted=path)
        with pytest.raises(BadAnchor):
            anchors.write(anchor(filled), key=path if path != private else public)


def test_the_command_tells_a_whole_log_from_one_that_was_tampered_with(
    tmp_path: Path,
    pair: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OVERCLAIM_DATABASE", f"sqlite:///{tmp_path / 'desk.db'}")
    private, public = pair
    for name in ("ann", "bob"):
        assert main(["keys", "create", name, "moderator"]) == 0
    capsys.readouterr()
    assert main(["audit", "show", "--last", "1"]) == 0
    assert "default 2  operator  key.created" in capsys.readouterr().out
    assert main(["audit", "export", "--chain", "default"]) == 0
    assert [json.loads(each)["number"] for each in capsys.readouterr().out.splitlines()] == [1, 2]
    assert main(["audit", "anchor", "--sign", str(private)]) == 0
    kept = tmp_path / "kept.json"
    kept.write_text(capsys.readouterr().out)
    against = ["--against", str(kept), "--trust", str(public)]
    assert main(["audit", "verify", *against]) == 0
    assert capsys.readouterr().out == "whole: 2 entries in 1 chains, held against 1 anchors\n"
    with sqlite3.connect(tmp_path / "desk.db") as database:
        for guard in GUARDS:
            database.execute(f"DROP TRIGGER {guard}")
        database.execute("DELETE FROM audit WHERE number = 2")
        database.execute("DELETE FROM keys WHERE name = 'bob'")
        database.execute("UPDATE audit_heads SET number = 1, digest = (SELECT digest FROM audit)")
    database.close()
    assert main(["audit", "verify"]) == 0, "a tail that is cut off with its head needs an anchor"
    capsys.readouterr()
    assert main(["audit", "verify", *against]) == 1
    assert "an anchor names an entry that is not there" in capsys.readouterr().out
    assert main(["audit", "verify", "--against", str(tmp_path / "none")]) == 2
    assert "No such file" in capsys.readouterr().err
