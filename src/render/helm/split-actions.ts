/**
 * What stands around the actions (`{{ … }}`) of a text, and what stands in them without trim marks and surrounding space: one text
 * more than actions. An action that does not end is text.
 */
export function splitActions(text: string): { texts: string[]; actions: string[] } {
  const texts: string[] = [];
  const actions: string[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf('{{', from);
    const close = open === -1 ? -1 : text.indexOf('}}', open + 2);
    if (close === -1) break;
    texts.push(text.slice(from, open));
    actions.push(
      text
        .slice(open + 2, close)
        .replace(/^-/, '')
        .replace(/-$/, '')
        .trim(),
    );
    from = close + 2;
  }
  texts.push(text.slice(from));
  return { texts, actions };
}
