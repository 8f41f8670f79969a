/**
 * Name lookups that keep working while DNS is down. A Service keeps its address for as long as it exists. So the last
 * answer is used immediately and renewed in the background. Only the first connection waits for DNS, or fails with it.
 */
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";

type Ask = (host: string) => Promise<LookupAddress[]>;

const askSystem: Ask = (host) => lookup(host, { all: true });

export function rememberingLookup(ask: Ask = askSystem): LookupFunction {
  const known = new Map<string, LookupAddress[]>();
  const pending = new Map<string, Promise<LookupAddress[]>>();

  /** One query per name at a time. While DNS hangs, more would take up all of the system's threads. */
  function renew(host: string): Promise<LookupAddress[]> {
    const asked = pending.get(host);
    if (asked) return asked;
    const question = ask(host);
    pending.set(host, question);
    const answered = () => pending.delete(host);
    question.then((addresses) => known.set(host, addresses)).then(answered, answered);
    return question;
  }

  return (host, options, done) => {
    const renewed = renew(host);
    const last = known.get(host);
    (last ? Promise.resolve(last) : renewed).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all) done(null, addresses);
        else done(null, first?.address ?? "", first?.family);
      },
      (error) => done(error, ""),
    );
  };
}
