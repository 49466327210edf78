"""AccessService at the edge: convert, call, convert."""

# Names of methods are the contract's, and every method takes what gRPC gives it, needed or not:
# ruff: noqa: N802, ARG002, ANN401

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from service import access
from service.audit import reading
from service.errors import InvalidRequest, Violation
from service.pb.overclaim.v1 import access_pb2 as pb
from service.pb.overclaim.v1 import access_pb2_grpc as pb_grpc
from service.quota import limits
from service.rpc import enums
from service.rpc.caller import current_caller
from service.rpc.enums import instant, written_category, written_origin
from service.signin import keys as signing
from service.signin.errors import SignInOff
from service.store.columns import unmask, unmask_origins
from service.store.words import Role

if TYPE_CHECKING:
    from service.quota.amounts import Limits
    from service.rpc.desk import Desk
    from service.signin.door import Door
    from service.store.ledger import AuditEntry
    from service.store.outward import Key


class AccessServicer(pb_grpc.AccessServiceServicer):
    """Answers what proto/overclaim/v1/access.proto promises."""

    def __init__(self, desk: Desk, *, defaults: Limits, door: Door | None) -> None:
        self._desk = desk
        self._door = door
        self._defaults = defaults

    async def SignIn(self, request: pb.SignInRequest, context: Any) -> pb.SignInResponse:
        """Give a key for an ID token."""
        if self._door is None:
            raise SignInOff("this server has no identity provider; use a key that an administrator made")
        now = self._desk.now()
        person, grant = await self._door.admit(request.id_token, nonce_secret=request.nonce_secret, now=now)
        key, secret = await self._desk.write(signing.sign_in, person, grant, hours=self._door.hours, now=now)
        return pb.SignInResponse(key=_key(key), secret=secret)

    async def SignOut(self, request: pb.SignOutRequest, context: Any) -> pb.SignOutResponse:
        """End the caller's key, if it came of signing in."""
        ended = await self._desk.write(signing.sign_out, current_caller(), now=self._desk.now())
        return pb.SignOutResponse(ended=ended)

    async def GetCaller(self, request: pb.GetCallerRequest, context: Any) -> pb.GetCallerResponse:
        """Tell whose key came with the call."""
        caller = current_caller()
        return pb.GetCallerResponse(
            tenant=caller.tenant,
            name=caller.name,
            role=pb.Role.Value(f"ROLE_{caller.role.name}"),
            categories=map(written_category, caller.categories),
            origins=map(written_origin, caller.origins),
            methods=access.methods_of(caller.role),
        )

    async def CreateKey(self, request: pb.CreateKeyRequest, context: Any) -> pb.CreateKeyResponse:
        """Make a key for the caller's tenant."""
        role = enums.word(pb.Role, Role, request.role, prefix="ROLE_", field="role")
        if role is None:
            raise InvalidRequest((Violation("role", "is required"),))
        for field in ("categories", "origins"):
            # Left out, it would make a key that is bound to nothing of one that was to be bound.
            if 0 in getattr(request, field):
                raise InvalidRequest((Violation(field, "names none"),))
        key, secret = await self._desk.write(
            access.create_key,
            tenant=current_caller().tenant,
            name=request.name,
            role=role,
            categories=enums.categories(request.categories, "categories"),
            origins=enums.origins(request.origins, "origins"),
            days=request.days or access.DEFAULT_KEY_DAYS,
            now=self._desk.now(),
        )
        return pb.CreateKeyResponse(key=_key(key), secret=secret)

    async def ListKeys(self, request: pb.ListKeysRequest, context: Any) -> pb.ListKeysResponse:
        """List the tenant's keys."""
        found = await self._desk.read(access.list_keys, tenant=current_caller().tenant)
        return pb.ListKeysResponse(keys=map(_key, found))

    async def RevokeKey(self, request: pb.RevokeKeyRequest, context: Any) -> pb.RevokeKeyResponse:
        """End a key."""
        key = await self._desk.write(
            access.revoke_key, request.key_id, tenant=current_caller().tenant, now=self._desk.now()
        )
        return pb.RevokeKeyResponse(key=_key(key))

    async def GetQuota(self, request: pb.GetQuotaRequest, context: Any) -> pb.GetQuotaResponse:
        """Tell what a tenant may ask for."""
        standing = await self._desk.read(
            limits.standing,
            request.tenant,
            caller=current_caller(),
            defaults=self._defaults,
            now=self._desk.now(),
        )
        return pb.GetQuotaResponse(
            quota=pb.Quota(**asdict(standing.limits)),
            chosen=pb.Quota(**standing.chosen),
            articles_left=standing.left.articles,
            code_points_left=standing.left.code_points,
        )

    async def SetQuota(self, request: pb.SetQuotaRequest, context: Any) -> pb.SetQuotaResponse:
        """Set what a tenant may ask for."""
        sent = {field.name: value for field, value in request.quota.ListFields()}
        held = await self._desk.write(
            limits.set_limits,
            request.tenant,
            {name: sent.get(name) for name in limits.NAMES},
            caller=current_caller(),
            defaults=self._defaults,
            now=self._desk.now(),
        )
        return pb.SetQuotaResponse(quota=pb.Quota(**asdict(held)))

    async def ListAuditEntries(
        self, request: pb.ListAuditEntriesRequest, context: Any
    ) -> pb.ListAuditEntriesResponse:
        """List a page of the tenant's chain."""
        found, token = await self._desk.read(
            reading.list_entries,
            tenant=current_caller().tenant,
            size=request.page_size,
            token=request.page_token,
        )
        return pb.ListAuditEntriesResponse(entries=map(_entry, found), next_page_token=token)


def _key(key: Key) -> pb.Key:
    return pb.Key(
        key_id=key.id,
        name=key.name,
        role=pb.Role.Value(f"ROLE_{key.role.name}"),
        categories=map(written_category, unmask(key.categories)),
        origins=map(written_origin, unmask_origins(key.origins)),
        create_time=instant(key.created),
        expire_time=instant(key.expires),
        revoke_time=instant(key.revoked),
    )


def _entry(entry: AuditEntry) -> pb.AuditEntry:
    return pb.AuditEntry(
        number=entry.number,
        time=instant(entry.at),
        actor=entry.actor,
        deed=entry.deed,
        subject=entry.subject,
        payload=entry.payload,
        previous=entry.previous,
        digest=entry.digest,
    )
