/** What the drain tests wrap in place of Next's server.js. */
"use strict";
const http = require("node:http");

const server = http.createServer((request, response) => {
  if (request.url === "/held") {
    process.once("message", () => response.end()); // whatever the message is
    process.send?.("held");
    return;
  }
  const delay = Number(new URL(request.url, "http://x").searchParams.get("ms") ?? 0);
  setTimeout(() => response.end(`pid ${process.pid}`), delay);
});
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => process.send?.(server.address().port));
