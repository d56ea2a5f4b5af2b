/** What `git cat-file --batch` says of one object. */
export interface BatchAnswer {
  oid: string;
  /** A view of the output; absent where the object is missing or no blob. */
  content?: Buffer;
}

/**
 * Reads the output of `git cat-file --batch` as it comes, in pieces of any length: `oid SP type SP size LF content LF`, or
 * `oid SP missing LF`.
 * @param told `size` in bytes ahead of each content, false when no more of it is wanted; `answer` in the order of the output
 * @returns takes the next piece
 */
export function batchReader(told: {
  size: (bytes: number) => boolean;
  answer: (answer: BatchAnswer) => void;
}): (piece: Buffer) => void {
  let pieces: Buffer[] = [];
  let held = 0;
  /** Bytes that must be there before it is worth looking again: a large blob comes in many pieces. */
  let wanted = 0;
  let isTold = false;
  return (piece) => {
    pieces.push(piece);
    held += piece.length;
    if (held < wanted) return;
    const output = pieces.length === 1 ? piece : Buffer.concat(pieces, held);
    let at = 0;
    wanted = 0;
    for (;;) {
      const end = output.indexOf(10, at);
      if (end === -1) break;
      const header = output.toString('latin1', at, end);
      const [first, last] = [header.indexOf(' '), header.lastIndexOf(' ')];
      const oid = header.slice(0, first);
      if (first === last) {
        at = end + 1;
        told.answer({ oid });
        continue;
      }
      const size = Number(header.slice(last + 1));
      if (!isTold && !told.size(size)) {
        [pieces, held, wanted] = [[], 0, Infinity];
        return;
      }
      const next = end + 1 + size + 1;
      isTold = next > output.length;
      if (isTold) {
        wanted = next - at;
        break;
      }
      at = next;
      told.answer(
        header.startsWith('blob', first + 1) ? { oid, content: output.subarray(end + 1, next - 1) } : { oid },
      );
    }
    pieces = [output.subarray(at)];
    held = output.length - at;
  };
}
