#!/usr/bin/env node
// The command. Plain JavaScript, so that an old Node can say what is missing instead of failing on the first type. Nothing is
// imported: an import of one of Node's own modules makes parts of it that nobody needs.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`plimsoll needs Node 22.18 or later; this is ${process.versions.node}.`);
  process.exitCode = 2;
} else {
  const { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } =
    process.getBuiltinModule('node:fs');
  const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url');
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const arguments_ = process.argv.slice(2);
  if (isBuilt()) process.exitCode = await runBundles();
  else {
    const folder = codeFolder();
    if (folder !== undefined) process.getBuiltinModule('node:module').enableCompileCache(folder);
    const { main } = await import('./cli.ts');
    process.exitCode = await main(arguments_);
  }

  /** Whether there is a bundle made from the files as they are now. What is installed as a package has the bundle alone. */
  function isBuilt() {
    if (statSync(`${root}src/entry/cli.ts`, { throwIfNoEntry: false }) === undefined) return true;
    if (statSync(`${root}dist/inputs.json`, { throwIfNoEntry: false }) === undefined) return false;
    return JSON.parse(readFileSync(`${root}dist/inputs.json`, 'utf8')).every(([file, size, time]) => {
      const now = statSync(root + file, { throwIfNoEntry: false });
      return now?.size === size && now.mtimeMs === time;
    });
  }

  /** Has git begin to answer before the rest of the program is even read. */
  async function runBundles() {
    const folder = codeFolder();
    const [command, base, head] = arguments_;
    const isPlain = (operand) => operand !== undefined && !operand.startsWith('-');
    const first =
      command === 'diff' && isPlain(base) && statSync(`${root}dist/begin.cjs`, { throwIfNoEntry: false }) !== undefined
        ? loadBundle(`${root}dist/begin.cjs`, folder)
        : undefined;
    const asked = first === undefined ? undefined : { base, head: isPlain(head) ? head : undefined, begun: undefined };
    if (asked !== undefined) {
      asked.begun = first.run().begin(asked.base, asked.head);
      // Whoever needs the answer gets the failure.
      asked.begun.catch(() => undefined);
    }
    const whole = loadBundle(`${root}dist/cli.cjs`, folder);
    // By now git has told which commits are meant; it is asked about them before the larger part of the work here.
    await asked?.begun.catch(() => undefined);
    const { main } = whole.run();
    // What git has answered meanwhile is taken in first: it is asked on from there, and works while the rest goes on.
    if (asked !== undefined) await new Promise((done) => setImmediate(done));
    const code = await main(arguments_, asked);
    const way = `${arguments_[0]} ${code}`;
    if (/^[\w-]{1,20} [013]$/.test(way)) for (const bundle of [first, whole]) bundle?.keep(way);
    // What reviews has said all by now, and to take a program apart takes longer than to leave it.
    if (command === 'diff' || command === 'scan') process.exit(code);
    return code;
  }

  /**
   * Makes a bundle ready to run, with the compiled code of earlier runs. Node's own cache of compiled code would keep what the very first
   * run has used, be it `--version`; here each way a run can go adds what it has used, once.
   */
  function loadBundle(file, folder) {
    const { Script } = process.getBuiltinModule('node:vm');
    const { createRequire } = process.getBuiltinModule('node:module');
    const source = readFileSync(file, 'utf8');
    // V8 itself only compares lengths; the digest in the first line names the bundle.
    const cache = cacheFor(`${source.slice(3, 67)}-${process.version}-${process.arch}`, folder);
    let script;
    return {
      run() {
        script = new Script(source, {
          filename: file,
          ...(cache?.code === undefined ? {} : { cachedData: cache.code }),
        });
        const bundle = { exports: {} };
        // A script cannot import, but by an experiment of Node's.
        const importHere = (name) => import(name.startsWith('.') ? new URL(name, pathToFileURL(file)).href : name);
        script.runInThisContext()(bundle.exports, createRequire(file), bundle, file, `${root}dist`, importHere);
        return bundle.exports;
      },
      keep(way) {
        const isTaken = script.cachedDataRejected === false;
        if (cache !== undefined && !(isTaken && cache.ways.includes(way)))
          attempt(() => cache.keep(script.createCachedData(), isTaken ? [...cache.ways, way] : [way]));
      },
    };
  }

  function cacheFor(name, folder) {
    if (folder === undefined) return undefined;
    const file = `${folder}/${name}`;
    const kept = statSync(file, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(file);
    const end = kept === undefined ? -1 : kept.indexOf('\n');
    return {
      code: end === -1 ? undefined : kept.subarray(end + 1),
      ways: end === -1 ? [] : kept.toString('latin1', 0, end).split(', '),
      keep(code, ways) {
        const others = readdirSync(folder).filter((other) => other !== name && !other.startsWith('v'));
        if (others.length > 16) for (const other of others) rmSync(`${folder}/${other}`, { force: true });
        const half = `${file}.${process.pid}`;
        writeFileSync(half, Buffer.concat([Buffer.from(`${ways.join(', ')}\n`), code]), { mode: 0o600 });
        renameSync(half, file);
      },
    };
  }

  /** Compiled code lies in a folder that nobody else may write to: what lies there is run. Undefined when there is none. */
  function codeFolder() {
    const { PLIMSOLL_CACHE, XDG_CACHE_HOME } = process.env;
    const user = process.getuid?.();
    const { homedir } = process.getBuiltinModule('node:os');
    const home = XDG_CACHE_HOME || (user === 0 ? '/var/cache' : `${homedir()}/.cache`);
    const parent = PLIMSOLL_CACHE || `${home}/plimsoll`;
    const folder = `${parent}/code`;
    return attempt(() => {
      if (statSync(folder, { throwIfNoEntry: false }) === undefined) {
        mkdirSync(parent, { recursive: true, mode: user === 0 ? 0o755 : 0o700 });
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      }
      return [parent, folder].every((one) => isOurs(statSync(one), user)) ? folder : undefined;
    });
  }

  /** Without a place to keep it the code is compiled again; what needs the folder more says what is wrong with it. */
  function attempt(work) {
    try {
      return work();
    } catch (error) {
      if (error?.code === undefined) throw error;
      return undefined;
    }
  }

  function isOurs({ uid, mode }, user) {
    return user === undefined || (uid === user && (mode & 0o022) === 0);
  }
}
