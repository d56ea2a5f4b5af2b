import { expect, test } from '@jest/globals';
import { runProgram, startDialogue, type Program } from '../src/process.ts';

function node(script: string, rest: Partial<Program> = {}): Program {
  const maxBytes = { stdout: 1000, stderr: 1000 };
  return { file: process.execPath, args: ['-e', script], env: {}, maxBytes, ...rest };
}

test('a program gets its input and no environment but what is given', async () => {
  const script =
    'process.stdin.on("data", (text) => console.log(String(text) + JSON.stringify(Object.keys(process.env))))';
  const ended = await runProgram(node(script, { input: 'hello ', env: { ONLY: '1' } }));
  expect(ended.stdout.toString()).toBe('hello ["ONLY"]\n');
  expect(ended.exitCode).toBe(0);
});

test('an exit code and the words on standard error are handed back', async () => {
  const ended = await runProgram(node('console.error("no"); process.exit(3)'));
  expect([ended.exitCode, ended.stderr.toString()]).toEqual([3, 'no\n']);
});

test('a program that prints more than allowed is killed, and what is kept is within the cap', async () => {
  const ended = await runProgram(node('setInterval(() => process.stdout.write("x".repeat(400)), 1)'));
  expect([ended.overflowed, ended.signal, ended.stdout.length]).toEqual([true, 'SIGKILL', 1000]);
});

test('output of exactly the cap is not too much', async () => {
  const ended = await runProgram(node('process.stdout.write("x".repeat(1000))'));
  expect([ended.overflowed, ended.exitCode, ended.stdout.length]).toEqual([false, 0, 1000]);
});

test('a program that takes too long is killed', async () => {
  const ended = await runProgram(node('setInterval(() => 0, 1000)', { timeout: 100 }));
  expect([ended.timedOut, ended.signal]).toEqual([true, 'SIGKILL']);
});

test('a killed program whose child holds its output open is still over', async () => {
  const script =
    'require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => 0, 3000)"], { stdio: "inherit" }); setInterval(() => 0, 1000)';
  const ended = await runProgram(node(script, { timeout: 300 }));
  expect(ended.timedOut).toBe(true);
});

test('an aborted signal kills, also when it was aborted before', async () => {
  const later = new AbortController();
  const running = runProgram(
    node('setInterval(() => 0, 1000)', { signal: later.signal, onStart: () => later.abort() }),
  );
  expect((await running).signal).toBe('SIGKILL');
  const before = await runProgram(node('setInterval(() => 0, 1000)', { signal: AbortSignal.abort() }));
  expect(before.signal).toBe('SIGKILL');
});

test('a program that does not exist, and an argument that cannot be passed, are failures and no exceptions', async () => {
  const missing = await runProgram(node('', { file: '/nonexistent/program' }));
  expect([missing.failure?.code, missing.exitCode]).toEqual(['ENOENT', undefined]);
  const nul = await runProgram(node('', { args: ['a\0b'] }));
  expect([nul.failure?.code, nul.exitCode]).toEqual(['ERR_INVALID_ARG_VALUE', undefined]);
});

test('a dialogue that cannot be started tells so once, and can be spoken to until then', async () => {
  for (const rest of [{ file: '/nonexistent/program' }, { args: ['a\0b'] }]) {
    const codes: unknown[] = [];
    await new Promise<void>((done) => {
      const dialogue = startDialogue(node('', rest), {
        output: () => codes.push('output'),
        ended: ({ failure }) => {
          codes.push(failure?.code);
          done();
        },
      });
      dialogue.await(true);
      dialogue.write('hello\n');
      dialogue.end();
      dialogue.kill();
    });
    expect(codes).toEqual(['file' in rest ? 'ENOENT' : 'ERR_INVALID_ARG_VALUE']);
  }
});
