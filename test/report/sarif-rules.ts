import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

/**
 * What SARIF 2.1.0 (OASIS standard, sections 3.13 to 3.58) demands of the objects we write, written down from the standard:
 * every property we use, no others, so that a misspelt or misplaced one fails. Together with what GitHub's code scanning
 * demands beyond it.
 */
const text = { type: 'string', minLength: 1 };
const level = { enum: ['none', 'note', 'warning', 'error'] };
const message = exact({ text, markdown: text }, ['text']);
const region = exact(
  {
    startLine: { type: 'integer', minimum: 1 },
    startColumn: { type: 'integer', minimum: 1 },
    endLine: { type: 'integer', minimum: 1 },
    endColumn: { type: 'integer', minimum: 1 },
  },
  ['startLine'],
);
// A relative reference with a base is resolved against it, so it must not be absolute (3.4.4).
const artifactLocation = exact(
  {
    uri: { type: 'string', format: 'uri-reference', pattern: '^(?![a-z]+:|/|.*\\.\\.(?:/|$))' },
    uriBaseId: { const: 'ROOT' },
  },
  ['uri', 'uriBaseId'],
);
const location = exact(
  {
    physicalLocation: exact({ artifactLocation, region }, ['artifactLocation']),
    logicalLocations: list(exact({ fullyQualifiedName: text, kind: text }), { minItems: 1 }),
    message,
  },
  // Code scanning refuses a file with a result that has none.
  ['physicalLocation'],
);
const rule = exact(
  {
    id: text,
    name: { type: 'string', pattern: '^(?:[A-Z][A-Za-z0-9]*)$' },
    shortDescription: message,
    fullDescription: message,
    help: message,
    helpUri: { type: 'string', format: 'uri' },
    defaultConfiguration: exact({ level }),
    properties: exact({
      category: text,
      tags: list(text, { uniqueItems: true, maxItems: 10 }),
      'security-severity': { type: 'string', pattern: '^(?:10\\.0|\\d\\.\\d)$' },
    }),
  },
  ['id'],
);
const result = exact(
  {
    ruleId: text,
    ruleIndex: { type: 'integer', minimum: 0 },
    level,
    message,
    locations: list(location, { minItems: 1, maxItems: 1 }),
    partialFingerprints: { type: 'object', minProperties: 1, additionalProperties: text },
    baselineState: { enum: ['new', 'unchanged', 'updated', 'absent'] },
    codeFlows: list(
      exact(
        {
          threadFlows: list(
            exact({ locations: list(exact({ location }, ['location']), { minItems: 1, maxItems: 1000 }) }, [
              'locations',
            ]),
            { minItems: 1 },
          ),
        },
        ['threadFlows'],
      ),
      { minItems: 1 },
    ),
    suppressions: list(
      exact(
        {
          kind: { enum: ['inSource', 'external'] },
          status: { enum: ['accepted', 'underReview', 'rejected'] },
          justification: text,
        },
        ['kind'],
      ),
    ),
    fixes: list(
      exact(
        {
          description: message,
          artifactChanges: list(
            exact(
              {
                artifactLocation,
                replacements: list(
                  exact({ deletedRegion: region, insertedContent: exact({ text: { type: 'string' } }) }, [
                    'deletedRegion',
                  ]),
                  { minItems: 1 },
                ),
              },
              ['artifactLocation', 'replacements'],
            ),
            { minItems: 1 },
          ),
        },
        ['artifactChanges'],
      ),
    ),
    properties: { type: 'object' },
  },
  ['message', 'ruleId', 'ruleIndex', 'locations', 'partialFingerprints'],
);
const log = exact(
  {
    $schema: { type: 'string', format: 'uri' },
    version: { const: '2.1.0' },
    runs: list(
      exact(
        {
          tool: exact(
            {
              driver: exact(
                {
                  name: text,
                  semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
                  informationUri: { type: 'string', format: 'uri' },
                  rules: list(rule, { uniqueItems: true }),
                },
                ['name'],
              ),
            },
            ['driver'],
          ),
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          originalUriBaseIds: { type: 'object', additionalProperties: exact({ description: message }) },
          invocations: list(
            exact(
              {
                executionSuccessful: { type: 'boolean' },
                toolExecutionNotifications: list(
                  exact({ level, descriptor: exact({ id: text }), message, locations: list(location) }, ['message']),
                ),
              },
              ['executionSuccessful'],
            ),
          ),
          results: list(result, { maxItems: 25_000 }),
        },
        ['tool'],
      ),
      { minItems: 1, maxItems: 1 },
    ),
  },
  ['version', 'runs'],
);

const ajv = new Ajv({ allErrors: false, strict: true });
(addFormats as unknown as (ajv: Ajv) => void)(ajv);
const validate = ajv.compile(log);

/** What is wrong with a SARIF log; empty when nothing is. */
export function sarifFaults(log: unknown): unknown[] {
  return validate(log) ? [] : (validate.errors ?? []);
}

function exact(properties: object, required: readonly string[] = []): object {
  return { type: 'object', properties, required, additionalProperties: false };
}

function list(items: object, more: object = {}): object {
  return { type: 'array', items, ...more };
}
