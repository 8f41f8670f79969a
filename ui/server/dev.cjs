/**
 * Preloaded into `next dev`: what server/requests.cjs does, and answers that are running when the server is stopped are
 * finished. Next would cut them off.
 *
 * CommonJS, because it has to change `http.Server` before Next loads it.
 */
"use strict";

const http = require("node:http");
require("./requests.cjs");

http.Server.prototype.closeAllConnections = function finishAnswers() {
  this.keepAliveTimeout = 1; // ms after an answer: nothing else is served on its connection
  this.closeIdleConnections();
};
