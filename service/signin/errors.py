"""What can go wrong when people sign in, in words, as service.errors has them."""

# The house's words for what goes wrong are facts, not kinds of error:
# ruff: noqa: N818

from __future__ import annotations

from service.errors import OverclaimError, Unavailable


class SignInOff(OverclaimError):
    """The operator's choice: this server has no identity provider; use a key that an administrator made."""

    reason = "SIGN_IN_OFF"


class TokenRefused(OverclaimError):
    """The ID token is not to be believed, or was used before; the message says why. Sign in again."""

    reason = "TOKEN_REFUSED"


class NoRole(OverclaimError):
    """The identity provider knows the person, but they have no role; the message says whom to ask."""

    reason = "NO_ROLE"


class ProviderUnavailable(Unavailable):
    """The identity provider cannot be asked for its keys, for the reason told; nothing was done."""

    reason = "PROVIDER_UNAVAILABLE"
