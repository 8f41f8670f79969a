import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const ui = join(import.meta.dirname, "..");

it.each(["api:schema", "api:limits"])(
  "%s matches api/openapi.json (fix with: npm run api:types)",
  (script) => {
    const check = () =>
      execFileSync("npm", ["run", "--silent", script, "--", "--check"], { cwd: ui, stdio: "pipe" });
    expect(check).not.toThrow();
  },
);
