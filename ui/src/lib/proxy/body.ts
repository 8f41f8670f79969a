/**
 * Reads a request body up to a limit. Bodies are small JSON documents; having the whole of it
 * before anything is sent is what makes a retry possible.
 */
export class BodyTooLarge extends Error {}

/** Bytes; the API's own limit. */
export const BODY_LIMIT = 1024 * 1024;

export async function readBody(request: Request, limit = BODY_LIMIT): Promise<Uint8Array | undefined> {
  if (!request.body) return undefined;
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw new BodyTooLarge();

  const chunks: Uint8Array[] = [];
  let size = 0;
  // A length may be missing or wrong, so what arrives is counted as well.
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limit) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return size ? Buffer.concat(chunks, size) : undefined;
}
