/** Messages over a stream: four bytes with the length of a header, the header as JSON, then as many bytes as it says. */

export interface Frame {
  header: unknown;
  body: Buffer;
}

/** Largest header in bytes: a run's arguments, or a path. */
const headerLimit = 2 ** 20;

export function frame(header: object, body: Buffer = Buffer.alloc(0)): Buffer {
  const text = Buffer.from(JSON.stringify({ ...header, bytes: body.length }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, body]);
}

/**
 * The messages of a stream, as they arrive. Throws `RangeError` on a header over 1 MiB or a body over `bodyLimit` bytes, before
 * it is read, and `SyntaxError` on a header that is no JSON. What an ended stream breaks off is no message.
 */
export async function* frames(stream: AsyncIterable<Buffer>, bodyLimit: number): AsyncGenerator<Frame> {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = 4;
  let state: { part: 'length' } | { part: 'header' } | { part: 'body'; header: unknown } = { part: 'length' };
  for await (const chunk of stream) {
    chunks.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const all = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      const part = all.subarray(0, wanted);
      chunks = [all.subarray(wanted)];
      held -= wanted;
      if (state.part === 'length') {
        wanted = within(part.readUInt32BE(), headerLimit);
        state = { part: 'header' };
      } else if (state.part === 'header') {
        const header: unknown = JSON.parse(part.toString());
        wanted = within(bytesOf(header), bodyLimit);
        state = { part: 'body', header };
      } else {
        yield { header: state.header, body: part };
        wanted = 4;
        state = { part: 'length' };
      }
    }
  }
}

function bytesOf(header: unknown): number {
  return typeof header === 'object' && header !== null && 'bytes' in header ? Number(header.bytes) : Number.NaN;
}

function within(length: number, limit: number): number {
  if (Number.isInteger(length) && length >= 0 && length <= limit) return length;
  throw new RangeError(`A message of ${length} bytes is more than the ${limit} allowed.`);
}
