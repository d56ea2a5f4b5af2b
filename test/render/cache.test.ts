import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cacheMax } from '../../src/entry/render-cache.ts';
import { keyOf, type Run } from '../../src/render/cache-key.ts';
import { sealOf } from '../../src/render/cache-seal.ts';
import { secretIn } from '../../src/render/cache-secret.ts';
import { openSets } from '../../src/render/cache-sets.ts';
import { openRenderCache, type RenderCache, type RenderCacheOptions } from '../../src/render/cache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keyNumber = (number: number): Buffer => Buffer.alloc(32, `key ${number} `);

describe('The key of a run', () => {
  /** A file's content, or where a link leads. */
  type Files = Record<string, string | { to: string }>;

  function lay(files: Files): string {
    const at = mkdtempSync(join(folder, 'tree-'));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(at, path)), { recursive: true });
      if (typeof content === 'string') writeFileSync(join(at, path), content);
      else symlinkSync(content.to, join(at, path));
    }
    return at;
  }

  const run = (files: Files, more: Partial<Run> = {}): Promise<Buffer | undefined> =>
    keyOf({ tool: 'helm', identity: 'helm 4', args: ['template', '/w/tree'], folder: lay(files), ...more });

  // Contents that could be taken for what the key puts between them.
  const content = fc.constantFrom('', 'a', 'ab', 'b', '\n["file","b",1]\nb', '["file","a",0]\n', '\n');
  const entry = fc.oneof(content, fc.record({ to: fc.constantFrom('a', 'ab', 'b') }));
  const files = fc.dictionary(fc.constantFrom('a', 'b', 'ab', 'c/a', 'c/b', 'd/c/a'), entry, {
    maxKeys: 4,
    noNullPrototype: true,
  });
  const someRun = fc.record({
    files,
    args: fc.array(fc.constantFrom('a', 'b', 'ab', ''), { maxLength: 3 }),
    identity: fc.constantFrom('a', 'ab'),
    tool: fc.constantFrom('helm' as const, 'kustomize' as const),
  });
  const written = ({ files, ...more }: { files: Files } & Partial<Run>): string =>
    JSON.stringify([Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)), more]);

  test('is the same for the same things alone, wherever they lie', async () => {
    await fc.assert(
      fc.asyncProperty(someRun, someRun, async (one, other) => {
        const keys = await Promise.all([one, other, one].map(({ files, ...more }) => run(files, more)));
        expect(keys[0]).toHaveLength(32);
        expect(keys[2]).toEqual(keys[0]);
        expect(keys[0]?.equals(keys[1] ?? Buffer.of())).toBe(written(one) === written(other));
      }),
      { numRuns: 60 },
    );
  });

  test('differs when any one thing does', async () => {
    const before: Files = {
      'tree/Chart.yaml': 'name: a',
      'tree/templates/a.yaml': 'a: 1',
      'tree/link': { to: 'Chart.yaml' },
    };
    const key = await run(before);
    const changed: [Files, Partial<Run>?][] = [
      [{ ...before, 'tree/templates/a.yaml': 'a: 2' }],
      [{ ...before, 'tree/link': { to: 'templates/a.yaml' } }],
      [{ ...before, 'tree/link': 'Chart.yaml' }],
      [{ ...before, 'tree/values.yaml': '' }],
      [{ ...before, 'trial-0/values.yaml': '{}' }],
      [{ 'tree/Chart.yaml': 'name: a', 'tree/templates/b.yaml': 'a: 1', 'tree/link': { to: 'Chart.yaml' } }],
      [before, { tool: 'kustomize' }],
      [before, { identity: 'helm 4.1' }],
      [before, { args: ['template', '/w', 'tree'] }],
      [before, { args: ['template', '/w/tree', ''] }],
    ];
    for (const [files, more] of changed) expect([files, more, await run(files, more)]).not.toEqual([files, more, key]);
    mkdirSync(join(lay(before), 'empty'));
    const withFolder = lay(before);
    mkdirSync(join(withFolder, 'empty'));
    expect(await run({}, { folder: withFolder })).not.toEqual(key);
  });

  test('is not made where something lies that is no folder, file or link, or cannot be read by its name', async () => {
    const at = lay({ a: 'x' });
    writeFileSync(Buffer.concat([Buffer.from(`${at}/`), Buffer.of(0xff, 0x61)]), 'y');
    expect(await run({}, { folder: at })).toBeUndefined();
    expect(await run({}, { folder: join(folder, 'none') })).toBeUndefined();
  });
});

describe('A sealed result', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constant('kind: Secret\n'.repeat(500)));
  const kept = fc.record({ stdout: text, stderr: text, at: fc.integer({ min: 0, max: 2 ** 50 }) });

  test('opens as it was', async () => {
    const seal = sealOf('secret');
    await fc.assert(
      fc.asyncProperty(kept, async (one) => {
        // What a tool printed was read as UTF-8: there are no halves of characters in it.
        const whole = { ...one, stdout: one.stdout.toWellFormed(), stderr: one.stderr.toWellFormed() };
        expect(await seal.open(keyNumber(1), await seal.close(keyNumber(1), whole))).toEqual(whole);
      }),
    );
  });

  test('does not open when any byte was changed, cut off or added', async () => {
    const seal = sealOf('secret');
    await fc.assert(
      fc.asyncProperty(kept, fc.nat(), fc.integer({ min: 1, max: 255 }), async (one, at, by) => {
        const bytes = await seal.close(keyNumber(1), one);
        const changed = Buffer.from(bytes);
        changed.writeUInt8((changed[at % bytes.length] ?? 0) ^ by, at % bytes.length);
        expect(await seal.open(keyNumber(1), changed)).toBeUndefined();
        expect(await seal.open(keyNumber(1), bytes.subarray(0, at % bytes.length))).toBeUndefined();
        expect(await seal.open(keyNumber(1), Buffer.concat([bytes, Buffer.of(by)]))).toBeUndefined();
      }),
    );
  });

  test('opens for no other key and no other secret, and two of one text look different', async () => {
    const seal = sealOf('secret');
    const one = { stdout: 'a', stderr: '', at: 1 };
    const bytes = await seal.close(keyNumber(1), one);
    expect(await seal.open(keyNumber(2), bytes)).toBeUndefined();
    expect(await sealOf('secreT').open(keyNumber(1), bytes)).toBeUndefined();
    expect(await seal.close(keyNumber(1), one)).not.toEqual(bytes);
    expect(sealOf('secreT').name(keyNumber(1))).not.toBe(seal.name(keyNumber(1)));
  });

  test('has marks of its own for every seed and secret', () => {
    const nonces = ['secret', 'secreT'].flatMap((secret) => ['a', 'b'].map((seed) => sealOf(secret).nonce(seed)));
    expect(new Set(nonces).size).toBe(4);
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{12}$/);
    expect(sealOf('secret').nonce('a')).toBe(nonces[0]);
  });
});

describe('The cache', () => {
  const result = { stdout: 'kind: Pod\n', stderr: 'a warning' };
  let events: Record<string, number>;
  let warned: string[];
  let time: number;
  beforeEach(() => {
    events = {};
    warned = [];
    time = 1_000_000_000_000;
  });
  const open = (more: Partial<RenderCacheOptions> = {}): RenderCache =>
    openRenderCache({
      folder: join(folder, 'renders'),
      most: 64 * 2 ** 20,
      secret: 'secret',
      now: () => time,
      cached: (event, count = 1) => (events[event] = (events[event] ?? 0) + count),
      warn: (error) => warned.push(error.message),
      ...more,
    });
  async function kept(cache = open()): Promise<RenderCache> {
    cache.put(keyNumber(1), result);
    await cache.settled();
    return cache;
  }

  test('gives what was put, to another process with the same secret too', async () => {
    const cache = await kept();
    expect(await cache.get(keyNumber(1))).toEqual(result);
    expect(await open().get(keyNumber(1))).toEqual(result);
    expect(await cache.get(keyNumber(2))).toBeUndefined();
    expect(events).toEqual({ hit: 2, miss: 1 });
  });

  test('is nobody else’s to read', async () => {
    mkdirSync(join(folder, 'renders'), { mode: 0o755 });
    await kept();
    const modes = [join(folder, 'renders'), ...below(join(folder, 'renders'))].map((path) => lstatSync(path));
    expect(modes.map((stat) => [stat.isFile(), (stat.mode & 0o777).toString(8)])).toEqual([
      [false, '700'],
      [false, '700'],
      [true, '600'],
    ]);
  });

  test.each<[string, (file: string) => void]>([
    ['cut', (file) => writeFileSync(file, readFileSync(file).subarray(0, -1))],
    ['empty', (file) => writeFileSync(file, '')],
    [
      'changed in one bit',
      (file) =>
        writeFileSync(
          file,
          readFileSync(file).map((byte, at) => (at === 20 ? byte ^ 1 : byte)),
        ),
    ],
    [
      'a link to another file',
      (file) => {
        renameSync(file, `${file}-moved`);
        symlinkSync(`${file}-moved`, file);
      },
    ],
    ['longer than the bound allows', (file) => writeFileSync(file, Buffer.alloc(2 * 2 ** 20))],
  ])('drops an entry that is %s, and keeps the next one', async (_title, harm) => {
    const cache = await kept();
    harm(onlyFile());
    expect(await cache.get(keyNumber(1))).toBeUndefined();
    expect(readdirSync(dirname(join(folder, 'renders', 'x'))).flatMap((set) => names(set))).toEqual(
      _title.startsWith('a link') ? [expect.stringMatching(/-moved$/)] : [],
    );
    expect(events).toEqual({ corrupt: 1, miss: 1 });
    await kept(cache);
    expect(await cache.get(keyNumber(1))).toEqual(result);
  });

  test('does not take one entry for another, even where somebody exchanged the files', async () => {
    const cache = await kept();
    const file = onlyFile();
    const other = sealOf('secret').name(keyNumber(2));
    const set = join(folder, 'renders', (Number.parseInt(other.slice(0, 2), 16) % 64).toString(16).padStart(2, '0'));
    mkdirSync(set, { recursive: true });
    copyFileSync(file, join(set, other));
    expect(await cache.get(keyNumber(2))).toBeUndefined();
    expect(events).toEqual({ corrupt: 1, miss: 1 });
    expect(await cache.get(keyNumber(1))).toEqual(result);
  });

  test('keeps a result for a day: a chart may ask for the time', async () => {
    const cache = await kept();
    time += 24 * 3_600_000;
    expect(await cache.get(keyNumber(1))).toEqual(result);
    time += 1;
    expect(await cache.get(keyNumber(1))).toBeUndefined();
    expect(below(join(folder, 'renders')).filter((path) => lstatSync(path).isFile())).toEqual([]);
    await kept(cache);
    time -= 1;
    expect(await cache.get(keyNumber(1))).toBeUndefined();
    expect(events).toEqual({ hit: 1, miss: 2 });
  });

  test('goes on without a disk that can be written, and says so once', async () => {
    const cache = open();
    rmSync(join(folder, 'renders'), { recursive: true });
    writeFileSync(join(folder, 'renders'), '');
    await kept(cache);
    await kept(cache);
    expect(await cache.get(keyNumber(1))).toBeUndefined();
    expect(warned).toEqual([expect.stringContaining('ENOTDIR')]);
  });

  test('refuses a folder that is a link or a file', () => {
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'renders'));
    expect(() => open()).toThrow('no folder');
  });

  const names = (set: string): string[] => readdirSync(join(folder, 'renders', set));
  function onlyFile(): string {
    const files = below(join(folder, 'renders')).filter((path) => lstatSync(path).isFile());
    expect(files).toHaveLength(1);
    return files[0] ?? '';
  }
});

describe('The bound', () => {
  /** Two files of a block each in every set. */
  const most = 64 * 2 * 4096;
  const name = (number: number, set = 0): string => `${set.toString(16).padStart(2, '0')}${number}`;
  const used = (): number =>
    below(folder)
      .map((path) => lstatSync(path))
      .reduce((sum, stat) => sum + (stat.isFile() ? Math.ceil(stat.size / 4096) * 4096 : 0), 0);

  test('is kept by removing what was used longest ago', async () => {
    const sets = openSets(folder, most);
    const put = (number: number): Promise<number> => sets.write(name(number), Buffer.alloc(4000, number));
    expect([await put(1), await put(2)]).toEqual([0, 0]);
    // Used long ago both, the first one again just now.
    for (const number of [1, 2]) aged(join(folder, '00', name(number)), 1000 - number);
    expect(await sets.read(name(1))).toEqual(Buffer.alloc(4000, 1));
    expect(await put(3)).toBe(1);
    expect(readdirSync(join(folder, '00')).sort()).toEqual([name(1), name(3)]);
    expect(await sets.read(name(2))).toBeUndefined();
    expect(used()).toBe(2 * 4096);
  });

  test('keeps nothing that would take the whole of its share', async () => {
    const sets = openSets(folder, most);
    expect(await sets.write(name(1), Buffer.alloc(8193))).toBe(0);
    expect(below(folder)).toEqual([]);
  });

  test('counts what a killed process left behind, and removes it in its turn', async () => {
    const sets = openSets(folder, most);
    await sets.write(name(1), Buffer.alloc(1));
    writeFileSync(join(folder, '00', 'half-left'), Buffer.alloc(3 * 4096));
    aged(join(folder, '00', 'half-left'), 1000);
    expect(await sets.write(name(2), Buffer.alloc(1))).toBe(1);
    expect(readdirSync(join(folder, '00')).sort()).toEqual([name(1), name(2)]);
  });

  test('holds with several processes at once, one of them killed, and no value is ever wrong', async () => {
    const module = fileURLToPath(new URL('../../src/render/cache.ts', import.meta.url));
    // Every process reads and writes the same keys, in another order, and harms what it finds now and then.
    const script = `
      import { createHash } from 'node:crypto';
      import { readdirSync, truncateSync } from 'node:fs';
      const { openRenderCache } = await import(${JSON.stringify(module)});
      const [folder, most, from] = process.argv.slice(1);
      const seen = { hit: 0, miss: 0, eviction: 0, corrupt: 0 };
      const cached = (event, count = 1) => { seen[event] += count; };
      const warn = (error) => { throw error; };
      const cache = openRenderCache({ folder, most: Number(most), secret: 'secret', cached, warn });
      const valueOf = (key) => ({ stdout: key.toString('hex').repeat(20), stderr: '' });
      console.log('ready');
      for (let round = 0; round < 400; round += 1) {
        const number = (round * 7 + Number(from) * 31) % 300;
        const key = createHash('sha256').update(String(number % 3 === 0 ? number % 30 : number)).digest();
        const found = await cache.get(key);
        if (found === undefined) cache.put(key, valueOf(key));
        else if (found.stdout !== valueOf(key).stdout || found.stderr !== '') throw new Error('a wrong value');
        if (round % 50 === 49) {
          await cache.settled();
          const [set] = readdirSync(folder);
          const [file] = readdirSync(folder + '/' + set);
          if (file !== undefined) try { truncateSync(folder + '/' + set + '/' + file, round % 3); } catch (error) { if (error.code !== 'ENOENT') throw error; }
        }
        if (from === '3' && round === 200) process.kill(process.pid, 'SIGKILL');
      }
      await cache.settled();
      console.log(JSON.stringify(seen));`;
    const ends = await Promise.all(
      ['1', '2', '3'].map(async (from) => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder, String(most), from], {
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let output = '';
        child.stdout.on('data', (data) => (output += String(data)));
        child.stderr.on('data', (data) => (output += String(data)));
        const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
        return { from, code, signal, output };
      }),
    );
    expect(ends.map(({ from, code, signal }) => [from, code ?? signal])).toEqual([
      ['1', 0],
      ['2', 0],
      ['3', 'SIGKILL'],
    ]);
    for (const { output } of ends.slice(0, 2)) {
      const seen = JSON.parse(output.split('\n')[1] ?? '') as Record<string, number>;
      expect([seen.hit, seen.miss, seen.eviction].every((count) => count !== undefined && count > 0)).toBe(true);
    }
    // The killed one may have left one file too many in a set: the next write to it makes room.
    const sets = openSets(folder, most);
    for (let set = 0; set < 64; set += 1) await sets.write(name(1, set), Buffer.of(1));
    expect(used()).toBeLessThanOrEqual(most);
    expect(used()).toBeGreaterThan(most / 2);
  });

  test('is a size, in the words of the environment', () => {
    expect(['512KB', '64MB', '2GB', '0', ''].map((text) => cacheMax({ PLIMSOLL_CACHE_MAX: text }))).toEqual([
      512 * 2 ** 10,
      64 * 2 ** 20,
      2 * 2 ** 30,
      0,
      512 * 2 ** 20,
    ]);
    for (const text of ['-1', '12', '1 GB', '1TB', 'off', '1.5GB', 'NaN'])
      expect(() => cacheMax({ PLIMSOLL_CACHE_MAX: text })).toThrow(`PLIMSOLL_CACHE_MAX is "${text}".`);
  });
});

describe('The secret of a cache', () => {
  const file = (): string => join(folder, 'state', 'secret');

  test('is made once, for all that ask, and is ours alone', async () => {
    const secrets = await Promise.all(Array.from({ length: 8 }, () => secretIn(file())));
    expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1);
    expect(secrets[0]).toHaveLength(32);
    expect(readdirSync(dirname(file()))).toEqual([basename(file())]);
    expect((lstatSync(file()).mode & 0o777).toString(8)).toBe('600');
  });

  test.each<[string, () => void]>([
    ['others could read', () => chmodSync(file(), 0o644)],
    ['is not whole', () => writeFileSync(file(), 'short')],
  ])('is made anew where %s', async (_title, harm) => {
    const before = await secretIn(file());
    harm();
    const after = await secretIn(file());
    expect(after).toHaveLength(32);
    expect(after.equals(before)).toBe(false);
    expect(await secretIn(file())).toEqual(after);
  });

  test('is never read through a link', async () => {
    await secretIn(join(folder, 'elsewhere'));
    mkdirSync(dirname(file()));
    symlinkSync(join(folder, 'elsewhere'), file());
    await expect(secretIn(file())).rejects.toMatchObject({ code: 'cache-unusable' });
  });
});

function below(at: string): string[] {
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .map((path) => join(at, path))
    .sort();
}

function aged(path: string, seconds: number): void {
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(path, then, then);
}
