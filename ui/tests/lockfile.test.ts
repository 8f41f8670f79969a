import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

type Entry = {
  version?: string;
  resolved?: string;
  integrity?: string;
  cpu?: string[];
  optionalDependencies?: object;
};

const lock = JSON.parse(readFileSync(join(import.meta.dirname, "../package-lock.json"), "utf8"));
const packages = Object.entries<Entry>(lock.packages).filter(([path]) => path);

it("the lock file covers every platform (fix with: npm run lock:complete)", () => {
  const paths = new Set(packages.map(([path]) => path));
  const missing = packages.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !paths.has(`node_modules/${name}`) && !paths.has(`${path}/node_modules/${name}`),
    ),
  );
  expect(missing).toEqual([]);
});

it("the lock file names no registry, and has a hash for whatever Linux installs", () => {
  for (const [path, entry] of packages) {
    expect(entry.resolved, path).toBeUndefined();
    expect(entry.version, path).toBeTruthy();
    if (!entry.cpu) expect(entry.integrity, path).toBeTruthy();
  }
  const images = ["@next/swc", "@tailwindcss/oxide", "lightningcss"].flatMap((name) =>
    ["x64-gnu", "x64-musl", "arm64-gnu", "arm64-musl"].map(
      (platform) => `node_modules/${name}-linux-${platform}`,
    ),
  );
  for (const path of images) expect(lock.packages[path]?.integrity, path).toBeTruthy();
});
