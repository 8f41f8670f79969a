/**
 * A process of clients that send most of a large body and stop: node flood.cjs PORT COUNT. It prints "sent" once all
 * are connected and have written, then one line for each status that comes back.
 */
"use strict";
const { connect } = require("node:net");

const [port, count] = process.argv.slice(2).map(Number);
const body = Buffer.alloc(1_000_000);
const head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: ui\r\nContent-Length: 1048000\r\n\r\n";

function client() {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", (answer) => process.stdout.write(`${String(answer).split(" ")[1]}\n`));
    // A client whose body was refused may be cut off before it has sent all.
    socket.once("error", resolve);
    socket.write(head);
    socket.write(body, resolve);
  });
}

Promise.all(Array.from({ length: count }, client)).then(() => process.stdout.write("sent\n"));
