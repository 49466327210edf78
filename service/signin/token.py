"""ID tokens of OpenID Connect: which are to be believed, and whom they are about. No network, no clock."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError, MissingClaimError
from joserfc.jwk import Key, KeySet, import_key

from service.access import NAME
from service.signin.discovery import nonce_of
from service.signin.errors import TokenRefused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# Signatures that only the provider can make: "none" is none of them, nor is what a shared secret makes.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
FEWEST_RSA_BITS = 2_048
LEEWAY_SECONDS = 60
# A token is for a sign-in that is under way; one that was made longer ago comes from somewhere else.
OLDEST_SECONDS = 600
MAX_BYTES = 64 << 10
SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a token has to say to be ours, and which of its claims tell whose it is."""

    issuer: str
    client_id: str
    name_claim: str = "sub"
    groups_claim: str = "groups"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for; `name` is what decisions are recorded under."""

    issuer: str
    subject: str
    name: str
    groups: tuple[str, ...]
    nonce: str


class UnknownKey(Exception):  # noqa: N818 - a fact in the house's words
    """No key that we know has made the signature; the provider may have begun to use another."""


def key_set(told: Mapping[str, Any]) -> KeySet:
    """Read a provider's keys, without those that sign nothing for us: other kinds, other uses, too short."""
    keys: list[Key] = []
    for each in told.get("keys", ()):
        if not isinstance(each, dict) or each.get("use", "sig") != "sig":
            continue
        try:
            # Their library warns of short keys when they are read; ours are refused before.
            if each.get("kty") == "EC" or (each.get("kty") == "RSA" and _bits(each["n"]) >= FEWEST_RSA_BITS):
                keys.append(import_key(each))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return KeySet(keys)


def person_in(token: str, *, keys: KeySet, wanted: Wanted, nonce_secret: str, now: datetime) -> Person:
    """Verify an ID token and tell whom it is about; raises TokenRefused, UnknownKey if `keys` may be old."""
    claims = _signed(token, keys)
    nonce = nonce_of(nonce_secret)
    if len(nonce_secret) < SHORTEST_SECRET:
        raise TokenRefused(f"the secret of the nonce must have {SHORTEST_SECRET} characters or more")
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": wanted.issuer},
        aud={"essential": True, "value": wanted.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        registry.validate(claims)
    except ExpiredTokenError:
        raise TokenRefused("the ID token has expired; sign in again") from None
    except MissingClaimError as error:
        raise TokenRefused(f"the ID token lacks {error.claim}") from None
    except ClaimError as error:
        raise TokenRefused(f"the ID token is not for this sign-in: its {error.claim} is another") from None
    # With several audiences, the one that asked for the token is named apart (OpenID Connect Core 3.1.3.7).
    azp = claims.get("azp")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or azp is not None) and azp != wanted.client_id:
        raise TokenRefused("the ID token is not for this sign-in: its azp is another")
    if now.timestamp() - claims["iat"] > OLDEST_SECONDS + LEEWAY_SECONDS:
        raise TokenRefused("the ID token is too old; sign in again")
    return Person(
        issuer=wanted.issuer,
        subject=claims["sub"],
        name=_name(claims, wanted.name_claim),
        groups=_groups(claims, wanted.groups_claim),
        nonce=nonce,
    )


def _bits(modulus: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(modulus + "==")).bit_length()


def _signed(token: str, keys: KeySet) -> dict[str, Any]:
    if len(token) > MAX_BYTES:
        raise TokenRefused(f"the ID token has more than {MAX_BYTES:,} characters")
    # What the provider adds to the header is its own affair; what is critical must be known.
    registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError):
        raise TokenRefused("what was sent is no signed ID token") from None
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefused(f"the ID token's signature must be one of {', '.join(ALGORITHMS)}")
    try:
        return jwt.decode(token, keys, registry=registry).claims
    except (JoseError, ValueError):
        raise UnknownKey from None


def _name(claims: Mapping[str, Any], claim: str) -> str:
    name = _found(claims, claim)
    if claim == "email" and claims.get("email_verified") is not True:
        raise TokenRefused(
            "the identity provider has not verified the address by which you would be known here"
        )
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise TokenRefused(
            f"the ID token's {claim} must be 1 to 100 printable ASCII characters without spaces"
        )
    return name


def _groups(claims: Mapping[str, Any], claim: str) -> tuple[str, ...]:
    found = _found(claims, claim)
    several = found if isinstance(found, list) else [found]
    return tuple(each for each in several if isinstance(each, str))


def _found(claims: Mapping[str, Any], claim: str) -> Any:  # noqa: ANN401 - JSON
    """Give a claim by its name, which may hold dots, or by a path of names with dots between them."""
    if claim in claims:
        return claims[claim]
    here: Any = claims
    for name in claim.split("."):
        here = here.get(name) if isinstance(here, dict) else None
    return here
