// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { loginPath, safeReturnPath } from "@/features/auth/return-path";
import { api, unwrap } from "@/lib/api/client";
import { ApiError } from "@/lib/api/errors";
import { endSession, readSession, reasonForEnd, startSession } from "@/lib/session";

const user = { id: "u1", email: "a@example.com", name: "Ada", created_at: "2026-11-23T00:00:00Z" };
const signIn = (expires_in = 3600) =>
  startSession({ access_token: "secret", token_type: "bearer", expires_in, user });

beforeEach(() => endSession("signed-out"));

describe("the session", () => {
  it("is there after signing in, also for a fresh page, and gone after signing out", () => {
    signIn();
    expect(readSession()).toMatchObject({ token: "secret", user });
    endSession("signed-out");
    expect(readSession()).toBeNull();
    expect(reasonForEnd()).toBe("signed-out");
  });

  it("expires by itself", () => {
    vi.useFakeTimers();
    signIn(60);
    vi.advanceTimersByTime(54_000);
    expect(readSession()).not.toBeNull();
    vi.advanceTimersByTime(2_000);
    expect(readSession()).toBeNull();
    expect(reasonForEnd()).toBe("expired");
    vi.useRealTimers();
  });

  it("is not fooled by what else may stand in the storage", () => {
    localStorage.setItem("todo.session", "{broken");
    expect(readSession()).toBeNull();
    localStorage.setItem("todo.session", '{"token":"x"}');
    expect(readSession()).toBeNull();
  });
});

describe("the API client", () => {
  const unauthorized = () =>
    new Response('{"title":"Unauthorized","status":401,"request_id":"r-2"}', {
      status: 401,
      headers: { "content-type": "application/problem+json" },
    });

  it("sends the token, and ends the session when it is no longer accepted", async () => {
    signIn();
    const sent: (string | null)[] = [];
    vi.stubGlobal("fetch", async (request: Request) => {
      sent.push(request.headers.get("authorization"));
      return unauthorized();
    });
    const error = await unwrap(api.GET("/api/v1/auth/me")).catch((reason: unknown) => reason);
    expect(sent).toEqual(["Bearer secret"]);
    expect(error).toMatchObject({ status: 401, requestId: "r-2" });
    expect(readSession()).toBeNull();
    expect(reasonForEnd()).toBe("expired");
  });

  it("sends nothing after the session's end, and notices it: a suspended laptop runs no timers", async () => {
    signIn();
    const sent = vi.fn();
    vi.stubGlobal("fetch", sent);
    vi.useFakeTimers({ now: Date.now() + 4_000_000, toFake: ["Date"] });
    await expect(unwrap(api.GET("/api/v1/auth/me"))).rejects.toMatchObject({ status: 401 });
    expect(sent).not.toHaveBeenCalled();
    expect(localStorage.getItem("todo.session")).toBeNull();
    expect(reasonForEnd()).toBe("expired");
    vi.useRealTimers();
  });

  it("leaves a newer session alone when a request of the older one is refused", async () => {
    signIn();
    vi.stubGlobal("fetch", async () => {
      startSession({ access_token: "newer", token_type: "bearer", expires_in: 3600, user });
      return unauthorized();
    });
    await unwrap(api.GET("/api/v1/auth/me")).catch(() => null);
    expect(readSession()?.token).toBe("newer");
  });

  it("doesn't take a wrong password for an expired session", async () => {
    vi.stubGlobal("fetch", async () => unauthorized());
    await unwrap(api.POST("/api/v1/auth/login", { body: { email: "a@b.c", password: "wrong" } })).catch(
      () => null,
    );
    expect(reasonForEnd()).toBe("signed-out");
  });

  it("turns a missing network, a proxy's page and a validation error into one kind of error", async () => {
    signIn();
    const call = () => unwrap(api.GET("/api/v1/auth/me")).catch((reason: unknown) => reason);
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
    expect(await call()).toMatchObject({ status: 0, transient: true });

    vi.stubGlobal("fetch", async () => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    expect(await call()).toBeInstanceOf(ApiError);

    const errors = [{ loc: ["body", "email"], msg: "not an address", type: "value_error" }];
    const body = JSON.stringify({ status: 422, detail: "Check the fields.", errors });
    vi.stubGlobal("fetch", async () => new Response(body, { status: 422 }));
    expect(await call()).toMatchObject({ message: "Check the fields.", fields: { email: "not an address" } });
  });
});

describe("the way back after signing in", () => {
  it.each([
    [null, "/"],
    ["/?due=today&task=1", "/?due=today&task=1"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["https://evil.example/x", "/"],
    ["javascript:alert(1)", "/"],
  ])("from %s leads to %s", (next, path) => {
    expect(safeReturnPath(next)).toBe(path);
  });

  it("is part of the login page's address", () => {
    expect(loginPath("/", false)).toBe("/login");
    expect(loginPath("/?due=today", true)).toBe("/login?reason=expired&next=%2F%3Fdue%3Dtoday");
  });
});
