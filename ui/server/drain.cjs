/**
 * Starts a Node HTTP server (Next's standalone server.js) so that it can be replaced without losing a request.
 *
 *   node drain.cjs server.js
 *
 * On SIGTERM, Next closes its idle keep-alive connections immediately. A client that is sending on one at that moment
 * gets a reset. A `preStop` sleep doesn't help, because it only moves new connections. So on SIGTERM this server
 * drains: for DRAIN_SECONDS (default 6) it keeps serving, and ends every answer with "Connection: close". Clients then
 * open their next connection elsewhere. After that it stops listening, lets running answers finish and exits with 0,
 * at the latest DRAIN_LIMIT_SECONDS later, to stay within the pod's grace period.
 *
 * CommonJS, because it has to change `http.createServer` before Next loads it.
 */
"use strict";

const http = require("node:http");
const path = require("node:path");
require("./requests.cjs");
const { seconds } = require("./seconds.cjs");

const DRAIN_SECONDS = seconds("DRAIN_SECONDS", 6);
const DRAIN_LIMIT_SECONDS = 15;

const servers = new Set();
const openResponses = new Set();
let draining = false;

function log(message) {
  const line = { time: new Date().toISOString(), level: "info", logger: "drain", message };
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
  log(`${signal}: closing connections after each answer for ${DRAIN_SECONDS} s`);
  for (const response of openResponses) {
    if (!response.headersSent) response.shouldKeepAlive = false;
  }
  setTimeout(afterReading, DRAIN_SECONDS * 1000, stop);
}

/**
 * On a busy machine this process may wake up late. Timers then run before waiting connections are accepted and before
 * waiting requests are read. Closing the server now would lose both. So the event loop gets three turns: one to accept,
 * one to read, and a spare.
 */
function afterReading(next, turns = 3) {
  if (turns === 0) next();
  else setImmediate(afterReading, next, turns - 1);
}

process.on("SIGTERM", drain);
// At a terminal there is no second replica to move clients to.
process.on("SIGINT", () => process.exit(130));

// Next must not add handlers of its own, which would close the server immediately.
process.env.NEXT_MANUAL_SIG_HANDLE = "1";

const entry = process.argv[2];
if (!entry) throw new Error("usage: node drain.cjs <server.js>");
require(path.resolve(entry));
