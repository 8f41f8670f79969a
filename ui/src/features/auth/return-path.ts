/**
 * Where to go after signing in. Only paths of this site are accepted from the address bar.
 */
export function safeReturnPath(value: string | null): string {
  if (!value) return "/";
  try {
    const base = "http://this.site";
    const url = new URL(value, base);
    return url.origin === base && value.startsWith("/") ? url.pathname + url.search : "/";
  } catch {
    return "/";
  }
}

export function loginPath(current: string, expired: boolean): string {
  const query = new URLSearchParams();
  if (expired) query.set("reason", "expired");
  if (current !== "/") query.set("next", current);
  const search = query.toString();
  return search ? `/login?${search}` : "/login";
}
