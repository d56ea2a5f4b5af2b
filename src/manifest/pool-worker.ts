import { parentPort } from 'node:worker_threads';
import { readStream } from './parse.ts';

/** A thread of the pool: takes a normalised stream, answers with its data. */
parentPort?.on('message', (stream: string) => {
  parentPort?.postMessage(readStream(stream));
});
