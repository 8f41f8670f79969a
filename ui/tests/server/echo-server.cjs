/** Answers with the X-Forwarded-For that reached it. */
"use strict";
const http = require("node:http");

const server = http.createServer((request, response) => response.end(request.headers["x-forwarded-for"]));
server.listen(0, "127.0.0.1", () => process.send?.(server.address().port));
