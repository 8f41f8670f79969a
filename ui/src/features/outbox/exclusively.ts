/**
 * Only one tab sends at a time. Web Locks need a secure context. Without one (plain http on the cluster's address), the
 * Idempotency-Keys alone ensure that nothing is applied twice.
 */
export async function exclusively(name: string, run: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return run();
  await navigator.locks.request(name, run);
}
