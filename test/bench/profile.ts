/** What a profile of V8's says of one function. */

interface Profile {
  nodes: { id: number; callFrame: { functionName: string }; children?: number[] }[];
  samples: number[];
  /** Microseconds before each sample. */
  timeDeltas: number[];
}

/** The share of the whole time that was spent in a function and what it calls. Throws when the function was never seen. */
export function shareOf(text: string, name: string): number {
  const { nodes, samples, timeDeltas } = JSON.parse(text) as Profile;
  const known = new Map(nodes.map((node) => [node.id, node]));
  const inside = new Set<number>();
  const open = nodes.filter(({ callFrame }) => callFrame.functionName === name);
  if (open.length === 0) throw new Error(`the profile knows no function ${name}`);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    inside.add(node.id);
    open.push(...(node.children ?? []).flatMap((id) => known.get(id) ?? []));
  }
  let total = 0;
  let own = 0;
  for (const [index, sample] of samples.entries()) {
    const time = timeDeltas[index] ?? 0;
    total += time;
    if (inside.has(sample)) own += time;
  }
  return own / total;
}
