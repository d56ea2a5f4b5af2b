import { gzipSync } from 'node:zlib';

/** Contents by path; a link by where it leads. */
type Members = Record<string, string | Buffer | { link: string }>;

/** A gzipped ustar archive, with whatever names: no tool would pack these. */
export function tgz(members: Members): Buffer {
  const blocks = Object.entries(members).flatMap(([name, member]) => {
    const isLink = !Buffer.isBuffer(member) && typeof member === 'object';
    const content = isLink ? Buffer.alloc(0) : Buffer.from(member);
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [header(name, content.length, isLink ? member.link : undefined), content, padding];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 1 });
}

/** https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
function header(name: string, size: number, link: string | undefined): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(name, 0, 100);
  block.write(octal(0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(link === undefined ? '0' : '2', 156);
  block.write(link ?? '', 157, 100);
  block.write('ustar\x0000', 257);
  block.write(
    octal(
      block.reduce((sum, byte) => sum + byte, 0),
      7,
    ),
    148,
  );
  block.write(' ', 155);
  return block;
}
