/**
 * Adds to package-lock.json the packages for other platforms that the registry in use could not describe.
 *
 *   npm run lock:complete
 *
 * A mirror may hold only what its own platform needs. `npm install` then leaves the others out of the lock file, and
 * `npm ci` calls such a file out of sync (npm 11: even on the platform where nothing is missing). An entry with
 * version and platform is enough: npm skips it elsewhere, and fetches it by name where it is needed. What it lacks
 * is the integrity hash, which could not have been checked here.
 */
import { readFileSync, writeFileSync } from "node:fs";

const SYSTEMS = ["android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "win32"];
const PROCESSORS = ["arm", "arm64", "ia32", "loong64", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));

/** The packages that some package may need on another platform and that have no entry. */
function missingPackages({ packages }) {
  const missing = [];
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const known = `node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages;
      if (!known) missing.push({ name, version, dev });
    }
  }
  return missing;
}

/** By the naming that all of these packages share: …-linux-arm64-musl. */
function entry({ name, version, dev }) {
  const words = name.split("/").at(-1).split(/[-.]/);
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  const os = SYSTEMS.filter((system) => words.includes(system));
  if (!/^\d/.test(version) || !cpu.length) throw new Error(`${name}@${version} names no version or platform`);
  const libc = words.some((word) => word.startsWith("musl")) ? "musl" : "glibc";
  return {
    version,
    cpu,
    ...(dev && { dev }),
    optional: true,
    ...(os.length && { os }),
    ...(os.includes("linux") && { libc: [libc] }),
  };
}

const missing = missingPackages(lock);
for (const found of missing) lock.packages[`node_modules/${found.name}`] = entry(found);
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${missing.length} packages added\n`);
