import { closeSync, openSync, readSync } from 'node:fs';

const interpreterSegment = 3; // PT_INTERP, elf(5)

/**
 * Why the file cannot run alone in an empty root; undefined when it can: a 64-bit little-endian ELF executable that
 * asks for no dynamic linker. Reads a few hundred bytes.
 */
export function notSelfContained(file: string): string | undefined {
  const handle = openSync(file, 'r');
  try {
    const header = Buffer.alloc(64);
    if (readSync(handle, header, 0, 64, 0) < 64 || header.readUInt32BE(0) !== 0x7f454c46)
      return 'it is a script or another kind of file, not an ELF program';
    if (header[4] !== 2 || header[5] !== 1) return 'it is not a 64-bit little-endian program';
    const offset = Number(header.readBigUInt64LE(32));
    const size = header.readUInt16LE(54);
    const count = header.readUInt16LE(56);
    const table = Buffer.alloc(size * count);
    if (readSync(handle, table, 0, table.length, offset) < table.length) return 'its program headers are cut off';
    for (let index = 0; index < count; index += 1)
      if (table.readUInt32LE(index * size) === interpreterSegment) return 'it is dynamically linked';
    return undefined;
  } finally {
    closeSync(handle);
  }
}
