/** The known name that a mistyped one most likely means: few edits away, else with most words in common. */
export function nearestName(given: string, known: Iterable<string>): string | undefined {
  const words = new Set(given.split('-'));
  const alike = [...known].flatMap((name) => {
    const shared = name.split('-').filter((word) => words.has(word)).length;
    const edits = editsBetween(given, name);
    const typos = edits * 4 <= given.length ? edits : Infinity;
    return typos === Infinity && shared === 0 ? [] : [{ name, typos, shared, edits }];
  });
  // Infinity less Infinity is no number, and no difference.
  return alike.sort((a, b) => a.typos - b.typos || b.shared - a.shared || a.edits - b.edits)[0]?.name;
}

/** Characters to add, drop or replace (Levenshtein), one row of the table at a time. */
function editsBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const here = [row];
    for (let column = 1; column <= b.length; column += 1)
      here.push(
        Math.min(
          (above[column] ?? 0) + 1,
          (here[column - 1] ?? 0) + 1,
          (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1),
        ),
      );
    above = here;
  }
  return above[b.length] ?? 0;
}
