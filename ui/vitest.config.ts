import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Away from UTC, so that a test that mixes up zones fails.
process.env.TZ = "Europe/Berlin";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  esbuild: { jsx: "automatic" },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    exclude: ["tests/built/**"],
    // In one run a forked worker and its parent waited for each other indefinitely; vitest issue 8968 is alike.
    pool: "threads",
    setupFiles: ["tests/patience.ts"],
    testTimeout: 30_000, // milliseconds; a busy machine compiles and generates slowly
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
