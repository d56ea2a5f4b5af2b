/** A result as the bytes of a file: packed, encrypted, and known by its own key alone. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';

/** What is kept of a run that went well. */
export interface Kept {
  stdout: string;
  stderr: string;
  /** When it was made, in milliseconds since 1970. */
  at: number;
}

/** What one installation's secret makes of keys and results. */
export interface Seal {
  /** The name of a key's file. Says nothing of the content to whoever does not have the secret: it could be guessed else. */
  name(key: Buffer): string;
  close(key: Buffer, kept: Kept): Promise<Buffer>;
  /** Undefined when the bytes are not whole what `close` gave for this key. */
  open(key: Buffer, bytes: Buffer): Promise<Kept | undefined>;
  /** See `Sandbox.nonce`. */
  nonce(seed: string): string;
}

/** Raised when what is kept changes its form: what was kept before is then found no more. */
const generation = 1;

const nonceBytes = 12;
const tagBytes = 16;

/** Every line of a marked render ends with it. */
const markBytes = 6;

/** More than a run may print, standard output and error together. */
const mostUnpacked = 256 * 2 ** 20;

const pack = promisify(deflateRaw);
const unpack = promisify(inflateRaw);
/** zlib's Z_BEST_SPEED. */
const bestSpeed = 1;

/**
 * AES-256-GCM, each result under a key of its own, derived from the secret and its key; what it was derived for is what it opens.
 * A nonce is random, since a chart with random values may give two results for one key.
 */
export function sealOf(secret: Buffer | string): Seal {
  const root = Buffer.from(hkdfSync('sha256', secret, '', `plimsoll render cache ${generation}`, 32));
  const derived = (purpose: string, from: Buffer | string): Buffer =>
    createHmac('sha256', root).update(`${purpose}\n`).update(from).digest();
  return {
    name: (key) => derived('name', key).toString('hex'),
    async close(key, { stdout, stderr, at }) {
      const [out, err] = [Buffer.from(stdout), Buffer.from(stderr)];
      const head = Buffer.alloc(16);
      head.writeDoubleBE(at);
      head.writeDoubleBE(out.length, 8);
      const plain = await pack(Buffer.concat([head, out, err]), { level: bestSpeed });
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', derived('seal', key), nonce);
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    async open(key, bytes) {
      if (bytes.length < nonceBytes + tagBytes) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', derived('seal', key), bytes.subarray(0, nonceBytes));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      const packed = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
      if (!isWhole(() => decipher.final())) return undefined;
      const plain = await unpack(packed, { maxOutputLength: mostUnpacked });
      const end = 16 + plain.readDoubleBE(8);
      return {
        stdout: plain.toString('utf8', 16, end),
        stderr: plain.toString('utf8', end),
        at: plain.readDoubleBE(),
      };
    },
    nonce: (seed) => derived('mark', seed).toString('hex', 0, markBytes),
  };
}

/** Node throws an error without a code or a class of its own for bytes that were changed. */
function isWhole(finish: () => Buffer): boolean {
  try {
    finish();
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
