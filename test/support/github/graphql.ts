/**
 * As much of GraphQL as the App asks for: operations with variables, nested selections, arguments and aliases. A query is held
 * against the part of GitHub's schema below before it is answered, as GitHub does.
 */

/** A named type's fields. `args` and `type` are written as in the schema: `String!`, `[Node]`. */
type Fields = Record<string, { type: string; args?: Record<string, string> }>;

const connection = { first: 'Int', last: 'Int', after: 'String', before: 'String' };
const scalars = new Set(['String', 'Int', 'Boolean', 'ID', 'BigInt', 'DateTime']);

/** Names, arguments and types as GitHub's public schema has them; only what could be asked for here. */
const schema: Record<string, Fields> = {
  Query: { repository: { type: 'Repository', args: { owner: 'String!', name: 'String!', followRenames: 'Boolean' } } },
  Mutation: {
    resolveReviewThread: { type: 'ResolveReviewThreadPayload', args: { input: 'ResolveReviewThreadInput!' } },
  },
  Repository: { pullRequest: { type: 'PullRequest', args: { number: 'Int!' } } },
  PullRequest: { id: { type: 'ID!' }, reviewThreads: { type: 'PullRequestReviewThreadConnection!', args: connection } },
  PullRequestReviewThreadConnection: {
    nodes: { type: '[PullRequestReviewThread]' },
    pageInfo: { type: 'PageInfo!' },
    totalCount: { type: 'Int!' },
  },
  PageInfo: { hasNextPage: { type: 'Boolean!' }, endCursor: { type: 'String' } },
  PullRequestReviewThread: {
    id: { type: 'ID!' },
    isResolved: { type: 'Boolean!' },
    isOutdated: { type: 'Boolean!' },
    path: { type: 'String!' },
    line: { type: 'Int' },
    comments: { type: 'PullRequestReviewCommentConnection!', args: connection },
  },
  PullRequestReviewCommentConnection: {
    nodes: { type: '[PullRequestReviewComment]' },
    pageInfo: { type: 'PageInfo!' },
    totalCount: { type: 'Int!' },
  },
  PullRequestReviewComment: {
    id: { type: 'ID!' },
    fullDatabaseId: { type: 'BigInt' },
    body: { type: 'String!' },
    viewerDidAuthor: { type: 'Boolean!' },
    author: { type: 'Actor' },
  },
  Actor: { login: { type: 'String!' } },
  ResolveReviewThreadPayload: {
    thread: { type: 'PullRequestReviewThread' },
    clientMutationId: { type: 'String' },
  },
};
const inputs: Record<string, Record<string, string>> = {
  ResolveReviewThreadInput: { threadId: 'ID!', clientMutationId: 'String' },
};

interface Selection {
  name: string;
  alias: string;
  args: Record<string, unknown>;
  fields: Selection[];
}

/** A field's value, or how it is found from the arguments. */
export type Resolved = unknown;

/** Answers as GitHub does: 200 with `data`, or with `errors`. `violations` are what its schema does not allow. */
export function answerGraphql(
  body: { query?: string; variables?: Record<string, unknown> },
  root: Record<'Query' | 'Mutation', Record<string, Resolved>>,
): { answer: object; violations: string[] } {
  const { type, selections } = parse(body.query ?? '', body.variables ?? {});
  const violations = selections.flatMap((selection) => wrong(type, selection));
  if (violations.length > 0) return { answer: { errors: violations.map((message) => ({ message })) }, violations };
  try {
    return { answer: { data: select(root[type], selections) }, violations: [] };
  } catch (error) {
    if (!(error instanceof GraphqlFault)) throw error;
    return { answer: { data: null, errors: [{ type: error.type, message: error.message }] }, violations: [] };
  }
}

/** What GitHub answers with 200 and `errors`. */
export class GraphqlFault extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

function wrong(parent: string, { name, args, fields }: Selection): string[] {
  const field = schema[parent]?.[name];
  if (field === undefined) return [`Field '${name}' doesn't exist on type '${parent}'`];
  const found: string[] = [];
  for (const [argument, value] of Object.entries(args)) {
    const wanted = field.args?.[argument];
    if (wanted === undefined) found.push(`Field '${name}' doesn't accept argument '${argument}'`);
    else found.push(...misfits(value, wanted, `${name}(${argument})`));
  }
  for (const [argument, wanted] of Object.entries(field.args ?? {}))
    if (wanted.endsWith('!') && args[argument] === undefined) found.push(`'${name}' needs the argument '${argument}'`);
  const type = field.type.replaceAll(/[[\]!]/g, '');
  if (type.endsWith('Connection')) {
    const size = Number(args.first ?? args.last ?? 0);
    if (size < 1 || size > 100) found.push(`'${name}' needs 'first' or 'last' between 1 and 100`);
  }
  if (scalars.has(type) !== (fields.length === 0)) found.push(`'${name}' of type ${type} has the wrong selections`);
  return [...found, ...fields.flatMap((one) => wrong(type, one))];
}

function misfits(value: unknown, type: string, where: string): string[] {
  const bare = type.replace(/!$/, '');
  if (value === undefined || value === null) return type.endsWith('!') ? [`${where} must be ${type}`] : [];
  const input = inputs[bare];
  if (input !== undefined) {
    const given = value as Record<string, unknown>;
    return [
      ...Object.keys(given).flatMap((key) => (input[key] === undefined ? [`${where} has no '${key}'`] : [])),
      ...Object.entries(input).flatMap(([key, wanted]) => misfits(given[key], wanted, `${where}.${key}`)),
    ];
  }
  const kinds: Record<string, string> = { Int: 'number', Boolean: 'boolean' };
  return typeof value === (kinds[bare] ?? 'string') ? [] : [`${where} must be ${type}`];
}

function select(source: unknown, selections: readonly Selection[]): unknown {
  if (source === null || source === undefined) return null;
  if (Array.isArray(source)) return source.map((item) => select(item, selections));
  if (selections.length === 0) return source;
  return Object.fromEntries(
    selections.map(({ name, alias, args, fields }) => {
      const value = (source as Record<string, unknown>)[name];
      const found: unknown = typeof value === 'function' ? (value as (given: object) => unknown)(args) : value;
      return [alias, select(found, fields)];
    }),
  );
}

/** Reads one operation. Throws on syntax this subset does not have: then the subset must grow. */
function parse(
  query: string,
  variables: Record<string, unknown>,
): { type: 'Query' | 'Mutation'; selections: Selection[] } {
  const tokens = query.match(/\.\.\.|[{}()[\]:!=$]|"(?:[^"\\]|\\.)*"|-?\d+|\w+|[^\s,]/g) ?? [];
  let at = 0;
  const take = (wanted?: string): string => {
    const token = tokens[at++] ?? '';
    if (wanted !== undefined && token !== wanted) throw new Error(`GraphQL: "${token}" where "${wanted}" must stand.`);
    return token;
  };
  function value(): unknown {
    const token = take();
    if (token === '$') return variables[take()];
    if (token.startsWith('"')) return JSON.parse(token);
    if (/^-?\d+$/.test(token)) return Number(token);
    if (token === 'true' || token === 'false') return token === 'true';
    if (token !== '{') return token;
    const object: Record<string, unknown> = {};
    while (tokens[at] !== '}') Object.assign(object, argument());
    take('}');
    return object;
  }
  function argument(): Record<string, unknown> {
    const name = take();
    take(':');
    return { [name]: value() };
  }
  function set(): Selection[] {
    const found: Selection[] = [];
    take('{');
    while (tokens[at] !== '}') {
      let name = take();
      const alias = name;
      if (tokens[at] === ':') [, name] = [take(':'), take()];
      const args: Record<string, unknown> = {};
      if (tokens[at] === '(') {
        take('(');
        while (tokens[at] !== ')') Object.assign(args, argument());
        take(')');
      }
      found.push({ name, alias, args, fields: tokens[at] === '{' ? set() : [] });
    }
    take('}');
    return found;
  }
  const kind = tokens[at] === '{' ? 'query' : take();
  while (tokens[at] !== '{' && at < tokens.length) take();
  return { type: kind === 'mutation' ? 'Mutation' : 'Query', selections: set() };
}
