/**
 * Writes the limits of ../api/openapi.json that fields of the app obey to src/lib/api/limits.ts. With --check, writes
 * nothing and fails when that file is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";

const target = new URL("../src/lib/api/limits.ts", import.meta.url);
const source = new URL("../../api/openapi.json", import.meta.url);
const { components, paths } = JSON.parse(readFileSync(source, "utf8"));
const fieldsOf = (schema) => components.schemas[schema].properties;

const task = fieldsOf("TaskCreate");
const account = fieldsOf("Registration");
const search = paths["/api/v1/tasks"].get.parameters.find(({ name }) => name === "q");
const limits = {
  title: task.title.maxLength,
  notes: task.notes.maxLength,
  tags: task.tags.maxItems,
  tag: task.tags.items.maxLength,
  search: search.schema.maxLength ?? search.schema.anyOf?.[0].maxLength,
  bulk: fieldsOf("BulkRequest").ids.maxItems,
  message: fieldsOf("ChatRequest").message.maxLength,
  name: account.name.maxLength,
  password: account.password.maxLength,
  shortestPassword: account.password.minLength,
};
const missing = Object.keys(limits).filter((name) => !Number.isInteger(limits[name]));
if (missing.length) throw new Error(`the OpenAPI document has no limit for: ${missing.join(", ")}`);

const comment = `/** The API's limits in characters or items. Generated from api/openapi.json: \`npm run api:types\`. */\n`;
const lines = Object.entries(limits).map(([name, value]) => `  ${name}: ${value},\n`);
const generated = `${comment}export const LIMITS = {\n${lines.join("")}} as const;\n`;

if (!process.argv.includes("--check")) writeFileSync(target, generated);
else if (readFileSync(target, "utf8") !== generated) {
  throw new Error("src/lib/api/limits.ts does not match api/openapi.json: run npm run api:types");
}
