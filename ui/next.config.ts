/**
 * Next.js settings. The same file serves `next dev` in a pod and the standalone production build.
 */
import type { NextConfig } from "next";

/** Hostnames (no scheme, no port) besides localhost from which a browser may use the dev server. */
const allowedDevOrigins = (process.env.ALLOWED_DEV_ORIGINS ?? "")
  .split(",")
  .map((host) => host.trim())
  .filter(Boolean);

/** Headers that need no per-request value; the Content-Security-Policy does and is set in src/proxy.ts. */
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
];

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
  // `next dev` would otherwise write files of its own into the checkout.
  agentRules: false,
  devIndicators: { position: "bottom-right" },
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};

export default nextConfig;
