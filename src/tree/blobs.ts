import type { Repository } from './repository.ts';

/** Contents by blob id, shared by all trees of a repository: base and head differ in few files. */
export interface Blobs {
  /** The contents of the blobs that exist; `read` is asked for those that are not here, in one go for all that ask in the same turn. */
  get(oids: readonly string[], read: Read): Promise<Map<string, Buffer>>;
  /** Takes in what was read otherwise. */
  keep(read: ReadonlyMap<string, Buffer>): void;
}

type Read = (oids: readonly string[]) => Promise<Map<string, Buffer>>;

/** What is kept in memory, in bytes, and the largest blob that is: charts and bases are many small files, read again and again. */
const limits = { total: 16 * 2 ** 20, blob: 2 ** 16 };

const known = new WeakMap<Repository, Blobs>();

export function blobsOf(repository: Repository): Blobs {
  const made = known.get(repository) ?? createBlobs();
  known.set(repository, made);
  return made;
}

function createBlobs(): Blobs {
  const kept = new Map<string, Buffer>();
  /** Blobs that somebody is reading now: base and head are read at the same time, and mostly want the same. */
  const coming = new Map<string, Promise<Map<string, Buffer>>>();
  /** What this turn's reading will ask for. */
  let next: { oids: Set<string>; contents: Promise<Map<string, Buffer>> } | undefined;
  let total = 0;

  function keep(read: ReadonlyMap<string, Buffer>): void {
    for (const [oid, content] of read) {
      if (content.length > limits.blob || kept.has(oid)) continue;
      if (total + content.length > limits.total) {
        kept.clear();
        total = 0;
      }
      // A copy: git's whole output would stay in memory behind a view of it.
      kept.set(oid, Buffer.from(content));
      total += content.length;
    }
  }

  async function readTogether(oids: ReadonlySet<string>, read: Read): Promise<Map<string, Buffer>> {
    await new Promise((done) => setImmediate(done));
    next = undefined;
    try {
      const contents = await read([...oids]);
      keep(contents);
      return contents;
    } finally {
      for (const oid of oids) coming.delete(oid);
    }
  }

  return {
    keep,
    get: async (oids, read) => {
      const found = new Map<string, Buffer>();
      const awaited = new Set<Promise<Map<string, Buffer>>>();
      for (const oid of oids) {
        const content = kept.get(oid);
        if (content !== undefined) {
          found.set(oid, content);
          continue;
        }
        let reading = coming.get(oid);
        if (reading === undefined) {
          if (next === undefined) {
            const asked = new Set<string>();
            next = { oids: asked, contents: readTogether(asked, read) };
          }
          next.oids.add(oid);
          reading = next.contents;
          coming.set(oid, reading);
        }
        awaited.add(reading);
      }
      if (awaited.size === 0) return found;
      const wanted = new Set(oids);
      for (const contents of await Promise.all(awaited))
        for (const [oid, content] of contents) if (wanted.has(oid)) found.set(oid, content);
      return found;
    },
  };
}
