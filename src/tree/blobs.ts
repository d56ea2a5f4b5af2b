import type { Repository } from './repository.ts';

/** Contents by blob id, shared by all trees of a repository: base and head differ in few files. */
export interface Blobs {
  /** The contents of the blobs that exist; `read` is asked for those that are not here, in one go. */
  get(oids: readonly string[], read: Read): Promise<Map<string, Buffer>>;
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

  return {
    get: async (oids, read) => {
      const found = new Map<string, Buffer>();
      const awaited = new Set<Promise<Map<string, Buffer>>>();
      const missing = new Set<string>();
      for (const oid of oids) {
        const content = kept.get(oid);
        const other = coming.get(oid);
        if (content !== undefined) found.set(oid, content);
        else if (other !== undefined) awaited.add(other);
        else missing.add(oid);
      }
      if (missing.size > 0) {
        const own = read([...missing]);
        for (const oid of missing) coming.set(oid, own);
        try {
          const contents = await own;
          keep(contents);
          for (const [oid, content] of contents) found.set(oid, content);
        } finally {
          for (const oid of missing) coming.delete(oid);
        }
      }
      const wanted = new Set(oids);
      for (const others of await Promise.all(awaited))
        for (const [oid, content] of others) if (wanted.has(oid)) found.set(oid, content);
      return found;
    },
  };
}
