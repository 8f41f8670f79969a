"""Routes of /api/v1/auth."""

from http import HTTPStatus

from fastapi import APIRouter, Depends

from app.auth import service
from app.auth.deps import HashingDep, KeyDep, UserId
from app.auth.limits import limit_registrations
from app.auth.schemas import Credentials, Registration, SessionOut, UserOut
from app.core.deps import DatabaseDep
from app.core.errors import problems

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post(
    "/register",
    summary="Register",
    status_code=HTTPStatus.CREATED,
    dependencies=[Depends(limit_registrations)],
    responses=problems(HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS),
)
async def register(
    registration: Registration, database: DatabaseDep, hashing: HashingDep, key: KeyDep
) -> SessionOut:
    """Create an account and log in to it. 409 if the e-mail address is taken."""
    return await service.register(database, hashing, registration, key)


@router.post(
    "/login",
    summary="Log in",
    responses=problems(HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS),
)
async def log_in(
    credentials: Credentials, database: DatabaseDep, hashing: HashingDep, key: KeyDep
) -> SessionOut:
    """Get a token. The answer to an unknown address is the same as to a wrong password."""
    return await service.log_in(database, hashing, credentials, key)


@router.get("/me", summary="Read the account", responses=problems(HTTPStatus.UNAUTHORIZED))
def get_me(user_id: UserId, database: DatabaseDep) -> UserOut:
    """The account that the token belongs to."""
    return service.get_user(database, user_id)
