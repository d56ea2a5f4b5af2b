import type { CheckRunOutput } from '../../../src/report/check-run.ts';
import { markdownHtml } from './markdown-html.ts';

/** A check run as GitHub's Checks tab lays it out: title, summary, details, annotations. */
export function checkRunPage(run: CheckRunOutput): string {
  const annotations = run.annotations.map(
    ({ path, start_line: line, annotation_level: level, title, message, raw_details: details }) =>
      `<div class="note ${level}"><b>${text(title)}</b> <code>${text(path)}#L${line}</code><pre>${text(message)}</pre>${
        details === undefined ? '' : `<details><summary>Raw output</summary><pre>${text(details)}</pre></details>`
      }</div>`,
  );
  return page(
    `<h1 class="${run.conclusion}">Plimsoll <small>${run.conclusion}</small></h1><h2>${text(run.title)}</h2>
<section>${markdownHtml(run.summary)}</section>
${run.text === undefined ? '' : `<h5>DETAILS</h5><section>${markdownHtml(run.text)}</section>`}
<h5>ANNOTATIONS (${run.annotations.length})</h5>${annotations.join('\n')}`,
  );
}

/** Any other markdown, as a comment or an issue shows it. */
export function markdownPage(markdown: string): string {
  return page(`<section>${markdownHtml(markdown)}</section>`);
}

function page(body: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Preview</title><style>${style}</style><main>${body}</main>`;
}

function text(value: string): string {
  return value.replaceAll(/[&<>"]/g, (one) => `&#${one.codePointAt(0) ?? 32};`);
}

/** Close to how GitHub looks: sizes and colours matter for judging whether a page can be read at a glance. */
const style = `
body { margin: 0; background: #fff; color: #1f2328; font: 14px/1.5 sans-serif; }
main { width: 980px; margin: 24px; }
h1 { font-size: 20px; } h1 small { font-weight: normal; }
h1.failure small { color: #d1242f; } h1.success small { color: #1a7f37; }
h2 { font-size: 18px; border-bottom: 1px solid #d1d9e0; padding-bottom: 8px; }
h3 { font-size: 17px; margin: 20px 0 8px; } h4 { font-size: 14px; margin: 18px 0 6px; } h5 { color: #59636e; margin: 20px 0 8px; }
section { border: 1px solid #d1d9e0; border-radius: 6px; padding: 8px 16px; }
p { margin: 6px 0; } ul { margin: 6px 0; padding-left: 24px; } li { margin: 4px 0; }
a { color: #0969da; text-decoration: none; }
code { background: #eff1f3; border-radius: 6px; padding: 1px 5px; font: 12px monospace; }
pre { background: #f6f8fa; border-radius: 6px; padding: 12px; font: 12px/1.45 monospace; white-space: pre-wrap; }
.plus { background: #dafbe1; } .minus { background: #ffebe9; } .at { color: #0969da; }
table { border-collapse: collapse; margin: 8px 0; } td, th { border: 1px solid #d1d9e0; padding: 5px 10px; vertical-align: top; }
details { margin: 6px 0; } summary { cursor: pointer; }
.note { border: 1px solid #d1d9e0; border-left: 4px solid #59636e; padding: 8px 12px; margin: 8px 0; }
.note.failure { border-left-color: #d1242f; } .note.warning { border-left-color: #9a6700; }
`;
