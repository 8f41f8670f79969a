/**
 * Runs in a pod as `node -e`. Does the same as receiver.py, which describes the frames. One file for the same reason, and
 * with only Node's own modules.
 */
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const RECENT = 4000; // milliseconds during which a path just written is checked often
const CHECK = 40; // milliseconds between these checks
const SCAN = 1000; // milliseconds between scans of everything
const ASIDE = 1000; // milliseconds that Tilt's copy of a file stays aside
const YOUNG_NS = 50_000_000n; // a file changed this recently is read again
const HEAD = 12; // bytes: the two lengths

const known = new Map();
const marks = new Map();
const recent = new Map();
let folders = {};
let staging = "";
let tilt = ""; // the link through which Tilt copies files here
let aside = ""; // where it points meanwhile
let nextScan = 0;

function real(name) {
  const top = Object.keys(folders).find((each) => name === each || name.startsWith(`${each}/`));
  return folders[top] + name.slice(top.length);
}

function describe(place, status) {
  if (status.isDirectory()) return "/";
  if (status.isSymbolicLink()) return `> ${fs.readlinkSync(place)}`;
  if (!status.isFile()) return "? no file";
  const digest = crypto.createHash("sha256").update(fs.readFileSync(place)).digest("hex");
  return `${(Number(status.mode) & 0o777).toString(8)} ${digest}`;
}

/** The entry of a path, null if nothing is there. */
function look(name) {
  const place = real(name);
  try {
    const status = fs.lstatSync(place, { bigint: true });
    const mark = [status.ino, status.size, status.mtimeNs, status.ctimeNs, status.mode].join();
    if (marks.get(name)?.mark === mark) return marks.get(name).entry;
    const entry = describe(place, status);
    if (BigInt(Date.now()) * 1_000_000n - status.ctimeNs > YOUNG_NS) marks.set(name, { mark, entry });
    else marks.delete(name);
    return entry;
  } catch (error) {
    marks.delete(name);
    return error.code === "ENOENT" || error.code === "ENOTDIR" ? null : `? ${error.code}`;
  }
}

/** Those of the paths that have changed since the last check. */
function news(names) {
  const changed = {};
  for (const name of names) {
    const entry = look(name);
    if (entry === (known.get(name) ?? null)) continue;
    changed[name] = entry;
    if (entry === null) known.delete(name);
    else known.set(name, entry);
  }
  return changed;
}

function scan() {
  const found = new Set(known.keys());
  const waiting = Object.keys(folders);
  while (waiting.length) {
    const folder = waiting.pop();
    let entries = [];
    try {
      entries = fs.readdirSync(real(folder), { withFileTypes: true });
    } catch {
      // deleted since it was listed
    }
    for (const entry of entries) {
      const name = `${folder}/${entry.name}`;
      found.add(name);
      if (entry.isDirectory()) waiting.push(name);
    }
  }
  return news(found);
}

function stageFiles(rows, content) {
  const places = [];
  let at = 0;
  rows.forEach(([name, entry, size], number) => {
    const [mode, digest] = entry.split(" ");
    const inline = typeof size === "number";
    const staged = path.join(staging, inline ? `new-${number}` : size);
    if (inline) {
      fs.writeFileSync(staged, content.subarray(at, at + size));
      at += size;
    }
    fs.chmodSync(staged, Number.parseInt(mode, 8));
    const current = (look(name) ?? "").split(" ");
    if (current[1] !== digest) places.push([staged, real(name)]);
    else if (current[0] !== mode) fs.chmodSync(real(name), Number.parseInt(mode, 8));
  });
  return places;
}

function stageLinks(rows) {
  return rows.map(([name, target], number) => {
    const staged = path.join(staging, `link-${number}`);
    fs.rmSync(staged, { force: true });
    fs.symlinkSync(target, staged);
    return [staged, real(name)];
  });
}

function apply(order, content) {
  const places = [...stageFiles(order.files, content), ...stageLinks(order.links)];
  for (const name of order.delete) fs.rmSync(real(name), { recursive: true, force: true });
  for (const name of order.folders) fs.mkdirSync(real(name), { recursive: true });
  for (const [staged, place] of places) {
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.renameSync(staged, place);
  }
}

function report(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function handle(order, content) {
  if (order.do === "piece") {
    fs.writeFileSync(path.join(staging, order.of), content, { flag: order.at === 0 ? "w" : "a" });
    return;
  }
  const begin = performance.now();
  let error = "";
  try {
    apply(order, content);
  } catch (problem) {
    error = String(problem.message);
  }
  const rows = [...order.files, ...order.links];
  const touched = [...order.delete, ...order.folders, ...rows.map(([name]) => name)];
  const now = news(touched);
  for (const name of touched) {
    now[name] = known.get(name) ?? null;
    recent.set(name, Date.now() + RECENT);
  }
  report({ done: order.number, now, error, announced: false, seconds: (performance.now() - begin) / 1000 });
}

function tick() {
  for (const [name, until] of recent) if (until < Date.now()) recent.delete(name);
  let changed = news(recent.keys());
  if (Date.now() >= nextScan) {
    nextScan = Date.now() + SCAN;
    emptyAside();
    changed = { ...changed, ...scan() };
    report({ now: changed }); // even without a change, as a sign of life
  } else if (Object.keys(changed).length) report({ now: changed });
  schedule();
}

function isLink(place) {
  return fs.lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function leadTilt(target) {
  fs.symlinkSync(target, `${aside}.new`);
  fs.renameSync(`${aside}.new`, tilt);
}

/** Diverts Tilt's copies, which are late and may be old, into an unused folder until this process ends. */
function leadAside(home) {
  aside = `${tilt}-aside-${process.pid}`;
  if (!isLink(tilt)) return;
  fs.mkdirSync(aside, { recursive: true });
  leadTilt(aside);
  process.on("exit", () => {
    if (isLink(tilt) && fs.readlinkSync(tilt) === aside) leadTilt(home);
    fs.rmSync(aside, { recursive: true, force: true });
  });
}

function emptyAside() {
  if (!fs.existsSync(aside)) return;
  for (const entry of fs.readdirSync(aside, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    const place = path.join(entry.parentPath ?? entry.path, entry.name);
    const status = fs.lstatSync(place, { throwIfNoEntry: false });
    if (status && Date.now() - status.ctimeMs > ASIDE) fs.rmSync(place, { force: true });
  }
}

let timer;
function schedule() {
  clearTimeout(timer);
  timer = setTimeout(tick, recent.size ? CHECK : Math.max(0, nextScan - Date.now()));
}

function start(order) {
  folders = order.folders;
  process.umask(0o022);
  for (const folder of Object.values(folders)) fs.mkdirSync(folder, { recursive: true });
  if (order.once) {
    report({ now: scan(), listing: true });
    process.stdin.destroy();
    return;
  }
  const home = path.dirname(Object.values(folders)[0]);
  tilt = order.tilt;
  leadAside(home);
  report({ now: scan(), listing: true });
  staging = fs.mkdtempSync(path.join(home, ".sync-"));
  process.on("exit", () => fs.rmSync(staging, { recursive: true, force: true }));
  schedule();
}

function* frames() {
  // yields the number of bytes that it needs next, and receives them
  while (true) {
    const lengths = yield HEAD;
    const order = JSON.parse(yield lengths.readUInt32BE(0));
    const content = yield Number(lengths.readBigUInt64BE(4));
    if (order.folders && !order.do) start(order);
    else handle(order, content);
    if (recent.size) schedule();
  }
}

const reader = frames();
let wanted = reader.next().value;
let pieces = [];
let length = 0;
process.stdin.on("data", (piece) => {
  pieces.push(piece);
  length += piece.length;
  while (length >= wanted) {
    const all = Buffer.concat(pieces);
    pieces = [all.subarray(wanted)];
    length = all.length - wanted;
    wanted = reader.next(all.subarray(0, wanted)).value;
  }
});
process.stdin.on("end", () => process.exit(0));
process.stdout.on("error", () => process.exit(0));
