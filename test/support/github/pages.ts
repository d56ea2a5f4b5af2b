/** Where an Enterprise Server has its API. */
export const apiRoot = '/api/v3';

/** The part of a list that a request asks for; 30 a page unless it says otherwise. */
export function page<T>(items: readonly T[], query: URLSearchParams): T[] {
  const size = Number(query.get('per_page') ?? 30);
  const start = (Number(query.get('page') ?? 1) - 1) * size;
  return items.slice(start, start + size);
}

/** The header that leads to the next page; none on the last. */
export function link(url: string, total: number, query: URLSearchParams, path: string): Record<string, string> {
  const next = Number(query.get('page') ?? 1) + 1;
  if ((next - 1) * Number(query.get('per_page') ?? 30) >= total) return {};
  const more = new URLSearchParams(query);
  more.set('page', String(next));
  return { link: `<${url}${apiRoot}${path}?${more.toString()}>; rel="next"` };
}
