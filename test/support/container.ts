import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram, locateTools } from '../../src/render/tools.ts';

/** Only root can be root of a container whose jobs are users of their own. */
export const isRoot = process.getuid?.() === 0;

/** A place for containers, and the one that is in it. */
export interface Place extends AsyncDisposable {
  /** On the volume that both sides have. */
  socket: string;
  /** Starts a container; resolves when it serves. Rejects with its words when it ends before. */
  start(): Promise<void>;
  /** Kills it, and waits until it is gone. */
  kill(): Promise<void>;
}

interface Made {
  /** What isolates in it: `chroot` where it holds no unshare and its process is root with the rights of deploy/docker-compose.yml. */
  inside: 'jail' | 'chroot';
  /** Leaves the machine's network in it. */
  network?: boolean;
  /** Folders that it sees too; a volume too many, as it were. */
  shared?: readonly string[];
  env?: Record<string, string>;
}

const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What a runtime does to make a container, by namespaces alone: a root with the system's programs and our own read-only, an empty
 * /tmp and cache, the shared volume, no network, an environment from nothing, and an ordinary user or a root with few rights.
 */
const script = String.raw`
root=$1 node=$2 project=$3 helm=$4 kustomize=$5 volume=$6 inside=$7 user=$8; shift 8
mount -t tmpfs tmpfs "$root"
cd "$root"
mkdir -p proc dev tmp run/plimsoll var/cache/plimsoll app tools programs old
chmod 1777 tmp
for folder in usr bin sbin lib lib64; do
  if [ -L "/$folder" ]; then cp -P "/$folder" "$folder"
  elif [ -d "/$folder" ]; then mkdir "$folder"; mount --rbind "/$folder" "$folder"; fi
done
mount --rbind "$project" app
mount -o remount,bind,ro app 2> /dev/null || true
touch dev/null dev/urandom tools/helm "tools/$(basename "$kustomize")" tools/node
mount --bind /dev/null dev/null
mount --bind /dev/urandom dev/urandom
mount --bind "$node" tools/node
mount --bind "$helm" tools/helm
mount --bind "$kustomize" "tools/$(basename "$kustomize")"
mount --bind "$volume" run/plimsoll
while [ "$1" != -- ]; do mkdir -p ".$1"; mount --rbind "$1" ".$1"; shift; done
shift
mount -t proc proc proc 2> /dev/null || mount --rbind /proc proc
programs='setpriv prlimit chroot'
if [ "$inside" = jail ]; then programs="$programs unshare"; fi
for program in $programs; do ln -s "$(command -v "$program")" programs/; done
if [ "$inside" = chroot ]; then
  become=(setpriv --bounding-set=-all,+chown,+dac_override,+kill,+setgid,+setuid,+sys_chroot --inh-caps=-all --no-new-privs --)
elif [ "$user" = 0 ]; then
  chown 10001 var/cache/plimsoll
  become=(setpriv --reuid=10001 --regid=10001 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs --)
else
  become=(unshare --user --map-user=10001 --map-group=10001 -- setpriv --no-new-privs --)
fi
pivot_root . old
cd /
umount -l old
exec "\${become[@]}" env -i PATH=/programs HOME=/ PLIMSOLL_HELM=/tools/helm "PLIMSOLL_KUSTOMIZE=/tools/$(basename "$kustomize")" \
  PLIMSOLL_CACHE=/var/cache/plimsoll PLIMSOLL_SANDBOX_SOCKET=/run/plimsoll/renderer.sock "$@" \
  /tools/node --disable-warning=ExperimentalWarning /app/src/entry/plimsoll.js renderer
`.replaceAll('\\$', '$');

export async function makePlace({ inside, network = false, shared = [], env = {} }: Made): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-container-'));
  const volume = mkdtempSync(join(tmpdir(), 'plimsoll-volume-'));
  chmodSync(volume, 0o777);
  const { helm, kustomize } = await locateTools(process.env);
  const socket = join(volume, 'renderer.sock');
  const setpriv = findProgram('setpriv', process.env) ?? 'setpriv';
  let running: ChildProcess | undefined;

  async function kill(): Promise<void> {
    const ending = running;
    running = undefined;
    if (ending?.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'close');
    // The whole group: whoever becomes another user is not bound to its parent's life any more.
    if (ending.pid !== undefined) process.kill(-ending.pid, 'SIGKILL');
    await gone;
  }

  return {
    socket,
    kill,
    async start() {
      const own = isRoot ? [] : ['--user', '--map-root-user'];
      const apart = network ? [] : ['--net'];
      const child = spawn(
        setpriv,
        [
          ...['--pdeathsig', 'KILL', '--', 'unshare'],
          ...[
            ...own,
            '--mount',
            '--pid',
            '--ipc',
            '--uts',
            ...apart,
            '--fork',
            '--kill-child',
            '--',
            'bash',
            '-euc',
            script,
          ],
          ...[
            '_',
            folder,
            process.execPath,
            project,
            helm.path,
            kustomize.path,
            volume,
            inside,
            isRoot ? '0' : 'other',
          ],
          ...[...shared, '--', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
        ],
        { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
      );
      running = child;
      let words = '';
      await new Promise<void>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', () => reject(new Error(words)));
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => {
            words += chunk.toString();
            if (words.includes('Rendering for ')) resolve();
          });
      });
    },
    async [Symbol.asyncDispose]() {
      await kill();
      for (const made of [folder, volume]) rmSync(made, { recursive: true, force: true });
    },
  };
}
