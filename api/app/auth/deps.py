"""The user of a request: read from the token alone, without a query."""

import uuid
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.auth.hashing import HashingQueue
from app.auth.keys import KeyRing
from app.core import context
from app.core.errors import unauthorized
from app.core.security import InvalidToken, read_token

_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", scheme_name="bearer")


async def get_keys(request: Request) -> KeyRing:
    keys: KeyRing = request.app.state.keys
    return keys


async def get_hashing(request: Request) -> HashingQueue:
    hashing: HashingQueue = request.app.state.hashing
    return hashing


async def _load(keys: KeyRing) -> str:
    return await run_in_threadpool(keys.load) if keys.cached is None else keys.cached


async def get_key(keys: Annotated[KeyRing, Depends(get_keys)]) -> str:
    """What tokens are signed with."""
    return await _load(keys)


KeyDep = Annotated[str, Depends(get_key)]
HashingDep = Annotated[HashingQueue, Depends(get_hashing)]


async def get_user_id(
    keys: Annotated[KeyRing, Depends(get_keys)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> uuid.UUID:
    if credentials is None:
        raise unauthorized("Log in first: this needs a bearer token.")
    try:
        user_id = read_token(credentials.credentials, await _load(keys))
    except InvalidToken:
        raise unauthorized("The token is not valid or has expired. Log in again.") from None
    if request := context.current.get():
        request.user_id = str(user_id)
    return user_id


UserId = Annotated[uuid.UUID, Depends(get_user_id)]
