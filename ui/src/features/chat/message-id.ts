import { randomId } from "@/lib/random-id";

/** A version 4 UUID in the API's format. */
export function messageId(): string {
  const digits = randomId();
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 3) | 8).toString(16);
  const marked = `${digits.slice(0, 12)}4${digits.slice(13, 16)}${variant}${digits.slice(17)}`;
  return marked.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
