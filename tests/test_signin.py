"""From an ID token to a key: a real provider over HTTP, a real server, real databases."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import secrets
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import select

from service import access
from service.audit.verifying import verify
from service.client.desk import AsyncDesk
from service.errors import BadFile, KeyUnknown
from service.pb.overclaim.v1 import access_pb2 as pb
from service.registry import Models
from service.rpc.server import Server
from service.signin import keys as signing
from service.signin import provider as providers
from service.signin.discovery import nonce_of
from service.signin.errors import NoRole, ProviderUnavailable, SignInOff, TokenRefused
from service.signin.grants import Grant, read_grants
from service.signin.token import OLDEST_SECONDS, Person, key_set
from service.store.ledger import AuditEntry
from service.store.opening import open_store
from service.store.words import Role
from tests.conftest import BUNDLED, ROOT, free_port, load_stand_in
from tests.desks import NOW
from tests.provider import CLIENT, SUBJECT, Provider, provider, signing_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from service.settings import Settings
    from service.store.engine import Store
    from tests.promises import Promised

GRANTS = """
[[grants]]
group = "heads"
role = "senior_moderator"

[[grants]]
group = "mods"
role = "moderator"
tenant = "clinic"
categories = ["safety"]
origins = ["appeal"]
"""
PERSON = Person("https://id.example.org", "1", "ann", ("mods",), "nonce")
GRANT = Grant("mods", Role.MODERATOR, "t")


@pytest.fixture(scope="module")
def served_provider() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def idp(served_provider: Provider) -> Provider:
    served_provider.person = {"sub": SUBJECT, "groups": ["mods"]}
    served_provider.wrong = {}
    served_provider.keys = [signing_key()]
    return served_provider


@pytest.fixture
def trusting(idp: Provider, settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a server that trusts the provider."""
    (tmp_path / "roles.toml").write_text(GRANTS)
    return replace(
        settings,
        database=f"sqlite:///{tmp_path / 'desk.db'}",
        oidc_issuer=idp.issuer,
        oidc_client_id=CLIENT,
        oidc_roles=tmp_path / "roles.toml",
    )


@asynccontextmanager
async def asked(settings: Settings) -> AsyncIterator[Callable[..., Any]]:
    """Serve, and give a function that signs in."""
    store = open_store(settings.database)
    server = Server(settings, store=store, models=Models(BUNDLED, None))
    await server.start()
    await server.open(load_stand_in)

    async def sign_in(token: str, secret: str) -> pb.SignInResponse:
        async with AsyncDesk(server.address, key="") as desk:
            request = pb.SignInRequest(id_token=token, nonce_secret=secret)
            # Well under what a call that is retried would take.
            return await desk.access.SignIn(request, timeout=15)

    try:
        yield sign_in
    finally:
        await server.drain()
        store.close()


def fresh() -> tuple[str, str]:
    """A secret, and the nonce that is made of it."""
    secret = secrets.token_urlsafe(32)
    return secret, nonce_of(secret)


async def test_a_person_gets_a_key_of_the_role_and_tenant_that_their_groups_give(
    idp: Provider, trusting: Settings
) -> None:
    secret, nonce = fresh()
    async with asked(trusting) as sign_in:
        answer = await sign_in(idp.token(nonce), secret)
        assert (answer.key.name, answer.key.role) == (SUBJECT, pb.ROLE_MODERATOR)
        lasts = answer.key.expire_time.ToDatetime() - answer.key.create_time.ToDatetime()
        assert lasts == timedelta(hours=8)
        async with AsyncDesk(trusting.listen, key=answer.secret) as desk:
            caller = await desk.access.GetCaller(pb.GetCallerRequest())
            assert (caller.tenant, caller.name) == ("clinic", SUBJECT)
            assert (len(caller.categories), len(caller.origins)) == (1, 1)
            assert (await desk.access.SignOut(pb.SignOutRequest())).ended
            with pytest.raises(KeyUnknown):
                await desk.access.GetCaller(pb.GetCallerRequest())
    store = open_store(trusting.database)
    with store.snapshot() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.chain == "clinic").order_by(AuditEntry.number)
        ).all()
        assert [each.deed for each in entries] == ["key.created", "person.signed_in", "key.revoked"]
        assert {each.actor for each in entries} == {answer.key.key_id}
        assert not verify(session).findings
    store.close()


async def test_a_key_that_was_not_given_by_signing_in_outlives_signing_out(
    trusting: Settings,
) -> None:
    async with asked(trusting):
        store = open_store(trusting.database)
        with store.writing() as session:
            secret = access.create_key(
                session, tenant="t", name="ann", role=Role.MODERATOR, now=datetime.now(UTC)
            )[1]
        store.close()
        async with AsyncDesk(trusting.listen, key=secret) as desk:
            assert not (await desk.access.SignOut(pb.SignOutRequest())).ended
            assert (await desk.access.GetCaller(pb.GetCallerRequest())).name == "ann"


async def test_what_is_not_to_be_believed_is_refused(
    idp: Provider, trusting: Settings, promised: Promised
) -> None:
    now = int(time.time())
    stranger = RSAKey.generate_key(2048, {"kid": idp.keys[-1].kid or ""})
    secret, nonce = fresh()
    cases: dict[str, tuple[str, str]] = {
        "audience": (idp.token(nonce, aud="another"), "its aud is another"),
        "issuer": (idp.token(nonce, iss="https://elsewhere.example.org"), "its iss is another"),
        "expired": (idp.token(nonce, exp=now - 120), "has expired"),
        "without an end": (idp.token(nonce, exp=None), "lacks exp"),
        "an end that never comes": (idp.token(nonce, exp=float("nan")), "exp"),
        "not yet": (idp.token(nonce, nbf=now + 600), "its nbf is another"),
        "from the future": (idp.token(nonce, iat=now + 600), "its iat is another"),
        "old": (idp.token(nonce, iat=now - OLDEST_SECONDS - 120), "too old"),
        "without a subject": (idp.token(nonce, sub=None), "lacks sub"),
        "another's nonce": (idp.token(fresh()[1]), "its nonce is another"),
        "without a nonce": (idp.token(None), "lacks nonce"),
        "several audiences": (idp.token(nonce, aud=[CLIENT, "another"]), "its azp is another"),
        "asked for by another": (idp.token(nonce, azp="another"), "its azp is another"),
        "a stranger's key": (idp.token(nonce, key=stranger), "no signature"),
        "the public key as a secret": (with_public_key(idp, nonce), "must be one of"),
        "unsigned": (unsigned(idp.token(nonce)), "must be one of"),
        "another's claims": (spliced(idp.token(nonce), idp.token(nonce, sub="2")), "no signature"),
        "no token": ("x", "no signed ID token"),
        "nothing": ("", "no signed ID token"),
        "a large one": ("x" * (65 << 10), "more than"),
    }
    async with asked(trusting) as sign_in:
        told = {name: await refusal(sign_in, token, secret) for name, (token, _) in cases.items()}
        believed = [name for name, refused in told.items() if not refused]
        promised(
            f"of {len(cases)} kinds of forged, stale or foreign ID tokens, those believed",
            len(believed),
            exactly=0,
        )
        assert not [name for name, (_, reason) in cases.items() if reason not in told[name]], told
        with pytest.raises(TokenRefused, match="32 characters"):
            await sign_in(idp.token(nonce_of("short")), "short")
        assert (await sign_in(idp.token(nonce), secret)).secret
        # A token is good once, whoever has it: also one that is signed anew for the same nonce.
        for _ in range(2):
            with pytest.raises(TokenRefused, match="used before"):
                await sign_in(idp.token(nonce), secret)


async def refusal(sign_in: Callable[..., Any], token: str, secret: str) -> str:
    """Say why a token is refused, or nothing when it is not."""
    try:
        await sign_in(token, secret)
    except TokenRefused as error:
        return str(error)
    return ""


def with_public_key(idp: Provider, nonce: str) -> str:
    """Sign with what everybody knows, as if it were a shared secret."""
    payload = idp.token(nonce).split(".")[1]
    header = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": idp.keys[-1].kid}).encode())
    signed = f"{header.rstrip(b'=').decode()}.{payload}"
    made = hmac.digest(idp.keys[-1].as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def unsigned(token: str) -> str:
    return f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}."


def spliced(token: str, other: str) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{other.split('.')[1]}.{signature}"


async def test_keys_that_the_provider_changes_are_found_and_withdrawn_ones_believed_no_longer(
    idp: Provider, trusting: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(providers.Provider.__init__, "__kwdefaults__", {"clock": lambda: clock[0]})
    async with asked(trusting) as sign_in:

        async def signs_in(**more: Any) -> bool:  # noqa: ANN401 - any claim
            secret, nonce = fresh()
            try:
                return bool((await sign_in(idp.token(nonce, **more), secret)).secret)
            except TokenRefused:
                return False

        assert await signs_in()
        before = idp.keys[-1]
        idp.rotate()
        clock[0] += providers.SECONDS_BETWEEN
        assert await signs_in()
        assert not await signs_in(key=before)
        # Whoever sends tokens of unknown keys does not make us ask the provider each time.
        known = idp.asked_for_keys
        for _ in range(5):
            assert not await signs_in(key=signing_key())
        assert idp.asked_for_keys == known
        clock[0] += providers.SECONDS_BETWEEN
        assert not await signs_in(key=signing_key())
        assert idp.asked_for_keys == known + 1
        # Even if nobody comes with a new one.
        withdrawn = idp.keys[-1]
        idp.rotate()
        clock[0] += providers.SECONDS_KNOWN
        assert not await signs_in(key=withdrawn)
        idp.keys = [ECKey.generate_key("P-256", {"kid": "curve"})]
        clock[0] += providers.SECONDS_BETWEEN
        assert await signs_in(alg="ES256")


async def test_somebody_without_a_role_is_told_whom_to_ask(idp: Provider, trusting: Settings) -> None:
    async with asked(trusting) as sign_in:
        for groups in (["others"], [], None, "mod", {"mods": True}):
            secret, nonce = fresh()
            with pytest.raises(NoRole, match=f"{SUBJECT} is known to {idp.issuer}.*Ask the administrator"):
                await sign_in(idp.token(nonce, groups=groups), secret)


async def test_people_are_named_by_the_claim_that_the_operator_chose(
    idp: Provider, trusting: Settings
) -> None:
    chosen = replace(trusting, oidc_name_claim="email", oidc_groups_claim="realm.roles", oidc_key_hours=1)
    told: dict[str, Any] = {"email": "ann@example.org", "realm": {"roles": ["mods", "heads"]}, "groups": None}
    async with asked(chosen) as sign_in:
        secret, nonce = fresh()
        answer = await sign_in(idp.token(nonce, email_verified=True, **told), secret)
        # The first grant in the file counts.
        assert (answer.key.name, answer.key.role) == ("ann@example.org", pb.ROLE_SENIOR_MODERATOR)
        for verified in (False, None, "true"):
            secret, nonce = fresh()
            with pytest.raises(TokenRefused, match="not verified"):
                await sign_in(idp.token(nonce, email_verified=verified, **told), secret)
        secret, nonce = fresh()
        with pytest.raises(TokenRefused, match="email must be 1 to 100"):
            await sign_in(idp.token(nonce, email_verified=True, **(told | {"email": "a b"})), secret)


async def test_a_provider_that_is_away_is_told_apart_from_a_bad_token(
    trusting: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.client.channel.OPTIONS", ())
    away = replace(trusting, oidc_issuer=f"http://127.0.0.1:{free_port()}")
    async with asked(away) as sign_in:
        with pytest.raises(ProviderUnavailable, match="cannot be asked"):
            await sign_in("e30.e30.x", secrets.token_urlsafe(32))


async def test_a_provider_that_calls_itself_something_else_is_not_believed(
    idp: Provider, trusting: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.client.channel.OPTIONS", ())
    other = replace(trusting, oidc_issuer=idp.issuer.replace("127.0.0.1", "localhost"))
    async with asked(other) as sign_in:
        with pytest.raises(ProviderUnavailable, match="another issuer"):
            await sign_in("e30.e30.x", secrets.token_urlsafe(32))


async def test_without_a_provider_nobody_signs_in(settings: Settings) -> None:
    async with asked(settings) as sign_in:
        with pytest.raises(SignInOff):
            await sign_in("e30.e30.x", secrets.token_urlsafe(32))


def test_of_two_servers_that_are_sent_the_same_token_one_gives_a_key(store: Store) -> None:
    with store.writing() as session:
        signing.sign_in(session, PERSON, GRANT, hours=8, now=NOW)
    with store.writing() as session, pytest.raises(TokenRefused, match="used before"):
        signing.sign_in(session, PERSON, GRANT, hours=8, now=NOW)
    with store.writing() as session:
        assert len(access.list_keys(session, tenant="t")) == 1


async def test_a_token_that_many_bring_at_once_is_good_once(idp: Provider, trusting: Settings) -> None:
    secret, nonce = fresh()
    token = idp.token(nonce)
    async with asked(trusting) as sign_in:
        answers = await asyncio.gather(*(sign_in(token, secret) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(each, pb.SignInResponse) for each in answers) == 1
    assert sum(isinstance(each, TokenRefused) for each in answers) == 7


def test_keys_that_sign_nothing_for_us_are_left_out() -> None:
    good = signing_key().as_dict(private=False)
    bad: list[Any] = [
        OctKey.generate_key(256).as_dict(private=True),
        signing_key().as_dict(private=False) | {"n": "A" * 40 + "_" * 130},
        signing_key().as_dict(private=False) | {"use": "enc"},
        {"kty": "LATTICE"},
        {"kty": "RSA", "n": "?"},
        "no key",
    ]
    assert [each.kid for each in key_set({"keys": [*bad, good]}).keys] == [good["kid"]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "at least one"),
        ("grants = []", "at least one"),
        ("=", "is no TOML"),
        ('[[grants]]\nrole = "moderator"', "grant 1: must name a group"),
        ('[[grants]]\ngroup = "a"\nrole = "king"', "grant 1: the role must be one of publisher, moderator"),
        ('[[grants]]\ngroup = "a"\nrole = "moderator"\ntenant = "T!"', "grant 1: the tenant must be"),
        ('[[grants]]\ngroup = "a"\nrole = "moderator"\nrules = 1', "grant 1: may hold"),
        (
            '[[grants]]\ngroup = "a"\nrole = "moderator"\ncategories = ["none"]',
            "grant 1: categories must be a list of",
        ),
        ('[[grants]]\ngroup = "a"\nrole = "moderator"\norigins = 3', "grant 1: origins must be a list of"),
    ],
)
def test_a_file_of_roles_that_cannot_be_used_says_what_to_mend(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / "roles.toml").write_text(text)
    with pytest.raises(BadFile, match=reason):
        read_grants(tmp_path / "roles.toml")


async def test_a_server_does_not_begin_without_roles_for_those_who_sign_in(
    trusting: Settings, tmp_path: Path
) -> None:
    for lacking in (replace(trusting, oidc_roles=None), replace(trusting, oidc_client_id="")):
        with pytest.raises(BadFile, match="needs oidc_client_id and oidc_roles"):
            Server(lacking, store=open_store(""), models=Models(BUNDLED, None))
    with pytest.raises(BadFile, match="cannot read"):
        Server(
            replace(trusting, oidc_roles=tmp_path / "absent.toml"),
            store=open_store(""),
            models=Models(BUNDLED, None),
        )


def test_what_verifies_tokens_is_not_loaded_unless_it_is_asked_for() -> None:
    code = "import sys, service.rpc.server; print({'joserfc', 'authlib', 'httpx'} & sys.modules.keys())"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"
