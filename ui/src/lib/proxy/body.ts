/**
 * Reads a request body up to a limit. Bodies are small JSON documents. Having the whole of one before anything is sent
 * is what makes a retry possible. How many are read at once is bounded in server/requests.cjs.
 */
export class BodyTooLarge extends Error {}

/** Bytes; the API's own limit. */
const BODY_LIMIT = 1024 * 1024;
/** Bytes and milliseconds spent on the rest of a refused body. A client that is still sending would miss the answer. */
const DISCARD_LIMIT = 4 * 1024 * 1024;
const DISCARD_TIME = 1_000;

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** @throws BodyTooLarge */
export async function readBody(request: Request): Promise<Uint8Array | undefined> {
  if (!request.body) return undefined;
  const reader: Reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let tooLarge = Number(request.headers.get("content-length") ?? 0) > BODY_LIMIT;
  while (!tooLarge) {
    const { done, value } = await reader.read();
    if (done) return size ? Buffer.concat(chunks, size) : undefined;
    // A length may be missing or wrong, so what arrives is counted as well.
    size += value.byteLength;
    chunks.push(value);
    tooLarge = size > BODY_LIMIT;
  }
  await discard(reader);
  throw new BodyTooLarge();
}

/** Never cancels the stream, which would close the connection before the client has the answer. */
async function discard(reader: Reader): Promise<void> {
  const late = new Promise<{ done: true; value?: undefined }>((resolve) => {
    setTimeout(resolve, DISCARD_TIME, { done: true });
  });
  let discarded = 0;
  while (discarded < DISCARD_LIMIT) {
    const { done, value } = await Promise.race([reader.read(), late]);
    if (done) return;
    discarded += value?.byteLength ?? 0;
  }
}
