/** GitHub's GraphQL API: requests are held against the schema that GitHub publishes before they are answered, as GitHub does. */
import type * as Graphql from 'graphql';

/** A field's value, or how it is found from the arguments. */
export type Resolved = unknown;

/** What GitHub answers with 200 and `errors`. */
export class GraphqlFault extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Types of faults that only a wrong request meets. https://docs.github.com/graphql/overview/rate-limits-and-query-limits */
const wrong = new Set(['MISSING_PAGINATION_BOUNDARIES', 'EXCESSIVE_PAGINATION']);

interface Request {
  query?: string;
  variables?: Record<string, unknown>;
}

/** Answers as GitHub does: 200 with `data`, with `errors`, or both. `violations` are what its schema does not allow. */
export async function answerGraphql(
  { query = '', variables = {} }: Request,
  root: Record<'Query' | 'Mutation', Record<string, Resolved>>,
): Promise<{ answer: object; violations: string[] }> {
  const { library, schema } = await (loaded ??= load());
  const document = library.parse(query);
  const violations = library.validate(schema, document).map(({ message }) => message);
  if (violations.length > 0) return { answer: { errors: violations.map((message) => ({ message })) }, violations };
  const operation = library.getOperationAST(document)?.operation;
  const rootValue = root[operation === library.OperationTypeNode.MUTATION ? 'Mutation' : 'Query'];
  const { data, errors = [] } = await library.execute({ schema, document, rootValue, variableValues: variables });
  // Wrong variables have no error of ours behind them, and neither has a field that this GitHub does not know.
  for (const { originalError, message } of errors)
    if (!(originalError instanceof GraphqlFault) || wrong.has(originalError.type)) violations.push(message);
  const told = errors.map(({ originalError, message, path }) => ({
    ...(originalError instanceof GraphqlFault ? { type: originalError.type } : {}),
    message,
    path,
  }));
  return { answer: { data: data ?? null, ...(told.length === 0 ? {} : { errors: told }) }, violations };
}

/** The pages of a list. GitHub gives no list without a bound, and none over 100. */
export function connection(
  all: readonly object[],
): (args: { first?: number | null; last?: number | null; after?: string | null }) => object {
  return ({ first, last, after }) => {
    const size = first ?? last ?? undefined;
    if (size === undefined)
      throw new GraphqlFault('MISSING_PAGINATION_BOUNDARIES', 'You must provide a `first` or `last` value.');
    if (size < 1 || size > 100)
      throw new GraphqlFault('EXCESSIVE_PAGINATION', `Requesting ${size} records exceeds the limit of 100 records.`);
    const start = typeof last === 'number' ? Math.max(0, all.length - last) : Number(after ?? 0);
    const nodes = all.slice(start, start + size);
    const end = start + nodes.length;
    const pageInfo = { hasNextPage: end < all.length, hasPreviousPage: start > 0, endCursor: String(end) };
    return { nodes, totalCount: all.length, pageInfo };
  };
}

interface Loaded {
  library: typeof Graphql;
  schema: Graphql.GraphQLSchema;
}

let loaded: Promise<Loaded> | undefined;

/** The schema has 70,000 lines: read when the first request comes, once for all. */
async function load(): Promise<Loaded> {
  const [library, published] = await Promise.all([import('graphql'), import('@octokit/graphql-schema')]);
  const document = library.parse(published.schema.idl, { noLocation: true });
  return { library, schema: library.buildASTSchema(document, { assumeValidSDL: true, assumeValid: true }) };
}
