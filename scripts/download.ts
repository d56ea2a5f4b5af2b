/** Downloads URL to FILE, and fails unless its SHA-256 is as given: `node scripts/download.ts URL SHA256 FILE` */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

const [, , url = '', sha256 = '', file = ''] = process.argv;
if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`Pass the SHA-256 of ${url} as 64 lower-case hex digits.`);
const answer = await fetch(url);
if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}.`);
const bytes = Buffer.from(await answer.arrayBuffer());
const found = createHash('sha256').update(bytes).digest('hex');
if (found !== sha256) throw new Error(`${url} has the SHA-256 ${found}, not ${sha256}: nothing was written.`);
writeFileSync(file, bytes);
