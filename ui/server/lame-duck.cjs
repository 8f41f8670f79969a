/**
 * Starts a Node HTTP server (Next's standalone server.js) so that it can be replaced without losing a request.
 *
 *   node lame-duck.cjs server.js
 *
 * Next closes its keep-alive connections at once on SIGTERM; a client that is just sending on one of them gets a
 * reset. A `preStop` sleep doesn't help, since it moves new connections only. So on SIGTERM this goes on serving
 * for LAME_DUCK_SECONDS (default 6) and ends every answer with "Connection: close": clients open their next
 * connection elsewhere, by themselves. Then it stops listening, lets running answers finish and exits with 0,
 * at the latest DRAIN_LIMIT_SECONDS later, to stay within the pod's grace period.
 *
 * CommonJS, because it has to change `http.createServer` before Next loads it.
 */
"use strict";

const http = require("node:http");
const path = require("node:path");

const LAME_DUCK_SECONDS = seconds("LAME_DUCK_SECONDS", 6);
const DRAIN_LIMIT_SECONDS = 15;

const servers = new Set();
const openResponses = new Set();
let draining = false;

function seconds(name, fallback) {
  const value = Number(process.env[name] || fallback);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name} must be a number of seconds`);
  return value;
}

function log(message) {
  const line = { time: new Date().toISOString(), level: "info", logger: "lame-duck", message };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function track(_request, response) {
  if (draining) response.shouldKeepAlive = false;
  openResponses.add(response);
  response.once("close", () => openResponses.delete(response));
}

const createServer = http.createServer;
http.createServer = function createTrackedServer(...args) {
  const server = createServer.apply(this, args);
  server.prependListener("request", track);
  servers.add(server);
  return server;
};

function stop() {
  log("no longer listening; finishing running requests");
  setTimeout(() => {
    log(`${openResponses.size} requests cut off at the drain limit`);
    process.exit(0);
  }, DRAIN_LIMIT_SECONDS * 1000);
  const closed = [...servers].map((server) => new Promise((resolve) => server.close(resolve)));
  Promise.all(closed).then(() => process.exit(0));
}

function drain(signal) {
  if (draining) return;
  draining = true;
  log(`${signal}: closing connections after each answer for ${LAME_DUCK_SECONDS} s`);
  for (const response of openResponses) {
    if (!response.headersSent) response.shouldKeepAlive = false;
  }
  setTimeout(afterReading, LAME_DUCK_SECONDS * 1000, stop);
}

/**
 * On a busy machine this process may wake up late, and then timers come first: before connections that wait to be
 * accepted, and requests that wait to be read. Both are lost if the server closes now, so they get their turns: one
 * of the event loop to accept, one to read, and one to spare.
 */
function afterReading(next, turns = 3) {
  if (turns === 0) next();
  else setImmediate(afterReading, next, turns - 1);
}

process.on("SIGTERM", drain);
// At a terminal nobody waits for a second load balancer.
process.on("SIGINT", () => process.exit(130));

// Next must not add handlers of its own, which would close the server at once.
process.env.NEXT_MANUAL_SIG_HANDLE = "1";

const entry = process.argv[2];
if (!entry) throw new Error("usage: node lame-duck.cjs <server.js>");
require(path.resolve(entry));
