/**
 * What this server does with a request before Next sees it, and instead of Next where Next can't. Preload it with
 * `node --require`; server/drain.cjs loads it in production.
 *
 * A request, head and body, has to arrive within REQUEST_TIMEOUT_SECONDS (default 30, as in the API; Node's default is
 * 300). Otherwise the answer is 408. Only a few large bodies may be in flight; the answer to one more is 503. Only a few
 * logins and registrations are with Next at once, because a crowd of them would keep it from all else. Methods
 * that Next can't represent (TRACE, and `*` as the target) get a 405 here, where Next would answer 500. Every answer is
 * problem details (RFC 9457) with a request id.
 *
 * X-Forwarded-For becomes one address: the socket's, because anyone can send the header. With PROXIES_IN_FRONT=1, for an
 * ingress, it is the last one in the header, which the ingress wrote; with 2 the one before, and so on.
 *
 * CommonJS, because it has to change `http.createServer` before Next loads it.
 */
"use strict";

const { randomUUID } = require("node:crypto");
const http = require("node:http");
const { hostname } = require("node:os");
const { seconds } = require("./seconds.cjs");

const REQUEST_TIMEOUT = 1000 * seconds("REQUEST_TIMEOUT_SECONDS", 30);
/** Milliseconds between two checks for overdue requests. */
const CHECK_INTERVAL = 1000;

const PROXIES_IN_FRONT = Number(process.env.PROXIES_IN_FRONT || 0);

/** Bytes; must stay below what Node buffers of an unread request (16 KiB in Node 20). */
const SMALL_BODY = 15 * 1024;
/** Each holds up to 1 MiB (src/lib/proxy/body.ts), so 16 MiB together. */
const MOST_LARGE_BODIES = 16;
/** Seconds. */
const RETRY_AFTER = "5";
let largeBodies = 0;

const LOGIN = /^\/api\/v1\/auth\/(login|register)$/;
/** The API hashes one password at a time in each replica, so more would only wait there. */
const LOGINS_AT_ONCE = 4;
/** What the API works off in about 10 s. */
const MOST_LOGINS_WAITING = 128;
let loginsRunning = 0;
/** Each starts one, in the order of arrival. */
const loginsWaiting = new Set();

const PAGE_METHODS = "GET, HEAD";
const API_METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

/** Node's own error codes; anything else that can't be parsed is a bad request. */
const CLIENT_ERRORS = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout", "The request took too long to arrive."],
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large", "The request's headers are too large."],
};
const NOT_ALLOWED = [405, "Method Not Allowed", "This method can't be used here."];
const OVERLOADED = [503, "Service Unavailable", "Too many large requests are being sent at once."];
const CROWDED = [
  429,
  "Too Many Requests",
  "Too many people are logging in or registering at the moment. Try again shortly.",
];
const BAD_REQUEST = [400, "Bad Request", "The request is not valid HTTP."];

/** The request and response that each open connection is busy with. */
const exchanges = new WeakMap();

/** The same rule as src/lib/proxy/headers.ts. */
function requestIdOf(request) {
  const given = request?.headers["x-request-id"];
  return given && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
}

function problem([status, title, detail], request) {
  const requestId = requestIdOf(request);
  const instance = request?.url.split("?")[0];
  log({ method: request?.method, path: instance, status, request_id: requestId });
  const body = JSON.stringify({
    type: "about:blank",
    title,
    status,
    detail,
    instance,
    request_id: requestId,
  });
  const headers = {
    "content-type": "application/problem+json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-request-id": requestId,
    "x-frontend-pod": hostname(),
    connection: "close",
  };
  return { status, title, headers, body };
}

function log(entry) {
  const line = {
    time: new Date().toISOString(),
    level: entry.status >= 500 ? "error" : "info",
    logger: "requests",
    pod: hostname(),
    ...entry,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The address that the API's rate limits count. If the ingress was bypassed, only the socket's is known. */
function clientAddress(request) {
  const passed = (request.headers["x-forwarded-for"] ?? "").split(",").map((address) => address.trim());
  const named = PROXIES_IN_FRONT > 0 ? passed.at(-PROXIES_IN_FRONT) : undefined;
  return named || (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
}

/** True when the request has been answered here. */
function refused(request, response) {
  if (request.method !== "TRACE" && request.url !== "*") return false;
  const allow = request.url.startsWith("/api/") ? API_METHODS : PAGE_METHODS;
  answer(response, problem(NOT_ALLOWED, request), { allow });
  return true;
}

/** Instead of Node's bare status line. The parser has given up, so the answer is written by hand. */
function answerClientError(error, socket) {
  const { request, response } = exchanges.get(socket) ?? {};
  const silent = socket.bytesRead === 0;
  if (!socket.writable || silent || error.code === "ECONNRESET" || response?.headersSent) {
    socket.destroy();
    return;
  }
  const { status, title, headers, body } = problem(CLIENT_ERRORS[error.code] ?? BAD_REQUEST, request);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${title}\r\n${lines.join("")}\r\n${body}`);
  socket.destroySoon();
}

/**
 * Passes a request to Next without risking the memory. A small body is passed on once it is complete, so a stalled one
 * costs only its connection. Only a few larger bodies may be in flight, and the next one is refused. Forms that a person
 * fills in are too small for that.
 */
function admit(request, response, enter) {
  const length = request.headers["content-length"];
  if (length === undefined && !("transfer-encoding" in request.headers)) enter();
  else if (Number(length) <= SMALL_BODY) whenComplete(request, () => inTurn(request, response, enter));
  else if (largeBodies < MOST_LARGE_BODIES) admitLarge(request, enter);
  else answer(response, problem(OVERLOADED, request), { "retry-after": RETRY_AFTER });
}

/** Reads nothing: the body stays in the request's buffer for Next. */
function whenComplete(request, enter) {
  const check = () => {
    if (!request.complete) return;
    request.off("readable", check);
    enter();
  };
  request.on("readable", check);
}

/** A login waits here, where it costs a connection and nothing else. */
function inTurn(request, response, enter) {
  const start = () => {
    loginsRunning += 1;
    response.once("close", startNextLogin);
    enter();
  };
  if (request.method !== "POST" || !LOGIN.test(request.url.split("?")[0])) enter();
  else if (loginsRunning < LOGINS_AT_ONCE) start();
  else if (loginsWaiting.size < MOST_LOGINS_WAITING) {
    loginsWaiting.add(start);
    response.once("close", () => loginsWaiting.delete(start)); // the client has given up
  } else answer(response, problem(CROWDED, request), { "retry-after": RETRY_AFTER });
}

function startNextLogin() {
  loginsRunning -= 1;
  const [start] = loginsWaiting;
  if (!start) return;
  loginsWaiting.delete(start);
  start();
}

function admitLarge(request, enter) {
  largeBodies += 1;
  let counted = true;
  const release = () => {
    if (counted) largeBodies -= 1;
    counted = false;
  };
  request.once("end", release).once("close", release);
  enter();
}

function answer(response, { status, headers, body }, more) {
  response.writeHead(status, { ...headers, ...more }).end(body);
}

const createServer = http.createServer;
http.createServer = function createGuardedServer(options, listener) {
  const handle = typeof options === "function" ? options : listener;
  const given = typeof options === "function" ? {} : options;
  const limits = {
    requestTimeout: REQUEST_TIMEOUT,
    headersTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: CHECK_INTERVAL,
  };
  const server = createServer.call(this, { ...given, ...limits });
  server.on("request", (request, response) => {
    exchanges.set(request.socket, { request, response });
    response.once("close", () => exchanges.delete(request.socket));
    if (refused(request, response)) return;
    request.headers["x-forwarded-for"] = clientAddress(request);
    admit(request, response, () => handle?.call(server, request, response));
  });
  server.on("clientError", answerClientError);
  return server;
};
