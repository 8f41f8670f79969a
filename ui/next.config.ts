/**
 * Next.js settings. The same file serves `next dev` in a pod and the standalone production build.
 */
import { hostname } from "node:os";
import type { NextConfig } from "next";

const development = process.env.NODE_ENV === "development";

/** Hostnames (no scheme, no port) besides localhost from which a browser may use the dev server. */
const allowedDevOrigins = (process.env.ALLOWED_DEV_ORIGINS ?? "")
  .split(",")
  .map((host) => host.trim())
  .filter(Boolean);

/** Headers that need no per-request value; the Content-Security-Policy does: src/proxy.production.ts. */
const staticHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
];
if (development) staticHeaders.push({ key: "X-Frontend-Pod", value: hostname() });

/**
 * What keeps `next dev` small (measured: 0.58 GiB after a walk through the app and 10 edits, of which the maps of the
 * server's files are 0.02). The persistent cache writes itself out in a burst that doubles the memory, and a pod has
 * nothing to gain from it; the source maps given up are those of packages.
 */
const leanDevServer: NextConfig["experimental"] = {
  // At 80 % of its heap's limit, garbage included, the server would restart itself in the middle of requests.
  devMemoryThresholdRestart: false,
  turbopackFileSystemCacheForDev: false,
  turbopackPluginRuntimeStrategy: "workerThreads",
  turbopackInputSourceMaps: false,
  // Otherwise a stack trace of the server names compiled files, and a debugger finds no page.
  serverSourceMaps: true,
};

const nextConfig: NextConfig = {
  output: "standalone",
  poweredByHeader: false,
  reactStrictMode: true,
  allowedDevOrigins,
  // Left to Node's own resolution: the proxy's HTTP client gains nothing from being bundled.
  serverExternalPackages: ["undici"],
  // No image is ever resized, so the optimizer (and its native library) stays out of the image.
  images: { unoptimized: true },
  outputFileTracingExcludes: { "*": ["node_modules/sharp/**", "node_modules/@img/**"] },
  pageExtensions: development ? ["tsx", "ts"] : ["tsx", "ts", "production.ts"],
  experimental: development ? leanDevServer : undefined,
  // `next dev` would otherwise write files of its own into the checkout.
  agentRules: false,
  // Errors still show in an overlay; the permanent badge would cover controls.
  devIndicators: false,
  headers: async () => [{ source: "/:path*", headers: staticHeaders }],
};

export default nextConfig;
