/** The GitHub of tests holds GraphQL against GitHub's own schema: what it lets pass, GitHub would. */
import { expect, test } from '@jest/globals';
import { answerGraphql, connection, GraphqlFault } from '../support/github/graphql.ts';

const thread = { id: 'T', isResolved: false };
const pullRequest = { reviewThreads: connection([thread, { ...thread, id: 'U' }]) };
const root = {
  Query: { repository: () => ({ pullRequest: () => pullRequest }) },
  Mutation: {
    resolveReviewThread: () => {
      throw new GraphqlFault('FORBIDDEN', 'Resource not accessible by integration');
    },
  },
};
const asked = (inside: string, variables: Record<string, unknown> = {}, header = '') =>
  answerGraphql(
    {
      query: `query ${header} { repository(owner: "acme", name: "gitops") { pullRequest(number: 1) { ${inside} } } }`,
      variables,
    },
    root,
  );

test('A query by the schema is answered, page by page.', async () => {
  const inside = 'reviewThreads(first: 1, after: $after) { pageInfo { hasNextPage endCursor } nodes { id } }';
  const first = await asked(inside, { after: null }, '($after: String)');
  const page = (id: string, endCursor: string, hasNextPage: boolean): object => ({
    data: {
      repository: { pullRequest: { reviewThreads: { nodes: [{ id }], pageInfo: { hasNextPage, endCursor } } } },
    },
  });
  expect(first).toEqual({ answer: page('T', '1', true), violations: [] });
  const second = await asked(inside, { after: '1' }, '($after: String)');
  expect(second).toEqual({ answer: page('U', '2', false), violations: [] });
});

test.each([
  ['a field that does not exist', 'reviewThreads(first: 1) { nodes { colour } }', /Cannot query field "colour"/],
  ['an argument that does not exist', 'reviewThreads(first: 1, by: "x") { totalCount }', /Unknown argument "by"/],
  ['a wrong type', 'reviewThreads(first: "1") { totalCount }', /Int cannot represent/],
  ['a list without a bound', 'reviewThreads { totalCount }', /must provide a `first` or `last`/],
  ['too long a list', 'reviewThreads(first: 101) { totalCount }', /exceeds the limit of 100/],
  ['a variable that is not declared', 'reviewThreads(first: $many) { totalCount }', /Variable "\$many" is not defined/],
])('A query with %s is a violation.', async (_, inside, message) => {
  const { violations } = await asked(inside);
  expect(violations.join('\n')).toMatch(message);
});

test('A variable that is missing is a violation; what GitHub forbids is an error with its type.', async () => {
  const query = 'mutation ($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { id } } }';
  const missing = await answerGraphql({ query }, root);
  expect(missing.violations.join('\n')).toContain('Variable "$id" of required type "ID!" was not provided');
  const { answer, violations } = await answerGraphql({ query, variables: { id: 'T' } }, root);
  expect(violations).toEqual([]);
  expect(answer).toMatchObject({
    data: { resolveReviewThread: null },
    errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
  });
});
