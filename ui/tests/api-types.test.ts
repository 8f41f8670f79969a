import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const ui = join(import.meta.dirname, "..");

it("the generated types match api/openapi.json (mend with: npm run api:types)", () => {
  const check = () =>
    execFileSync("npm", ["run", "--silent", "api:types", "--", "--check"], { cwd: ui, stdio: "pipe" });
  expect(check).not.toThrow();
});
