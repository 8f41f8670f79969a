import { defineConfig } from "vitest/config";

/** Tests of the production build: `npm run test:built` builds it first. */
export default defineConfig({
  test: { include: ["tests/built/**/*.test.ts"], testTimeout: 30_000, hookTimeout: 30_000 },
});
