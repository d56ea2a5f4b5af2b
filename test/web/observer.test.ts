import { expect, test } from '@jest/globals';
import { tracesOf } from '../../src/entry/runtime.ts';
import { PlimsollError } from '../../src/errors.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { createObserver, type Traces } from '../../src/web/observer.ts';
import { createRates } from '../../src/web/rates.ts';

/** Traces that write down what they are told. */
function notes(): Traces & { told: unknown[] } {
  const told: unknown[] = [];
  return {
    told,
    begin: (step, _attributes, origin) => ({
      within: (work) => work(),
      end: (attributes, failure) => told.push([step, attributes, failure, origin]),
    }),
    current: () => 'here',
    close: () => Promise.resolve(),
  };
}

test('What is observed comes out as it went in: a value, a promise, an error of either kind.', async () => {
  const traces = notes();
  const { observe } = createObserver(createMetrics({}), traces);
  expect(observe('stage', { stage: 'check' }, () => 7)).toBe(7);
  await expect(observe('render', { tool: 'helm' }, () => Promise.resolve('text'))).resolves.toBe('text');
  const limit = new PlimsollError('render-timeout', 'Words of a chart.', 'Mend it.');
  await expect(observe('render', { tool: 'helm' }, () => Promise.reject(limit))).rejects.toBe(limit);
  const bug = new TypeError('Words of a chart.');
  expect(() =>
    observe(
      'job',
      {},
      (note) => {
        note({ units: 3 });
        throw bug;
      },
      'there',
    ),
  ).toThrow(bug);
  expect(traces.told).toEqual([
    ['stage', { stage: 'check' }, undefined, undefined],
    ['render', { tool: 'helm' }, undefined, undefined],
    ['render', { tool: 'helm' }, 'render-timeout', undefined],
    ['job', { units: 3 }, 'TypeError', 'there'],
  ]);
});

test('Steps, renders and the cache are counted by what was noted of them.', async () => {
  const metrics = createMetrics({});
  const { observe, cached } = createObserver(metrics);
  observe('stage', { stage: 'check' }, () => undefined);
  observe('render', { tool: 'helm' }, (note) => note({ outcome: 'refused' }));
  observe('request', { method: 'GET', status: 'none' }, (note) => note({ status: 502 }));
  cached('hit');
  cached('eviction', 3);
  const { text } = await metrics.page();
  for (const line of [
    'plimsoll_stage_seconds_count{stage="check"} 1',
    'plimsoll_renders_total{tool="helm",outcome="refused"} 1',
    'plimsoll_tool_seconds_count{tool="helm"} 1',
    'plimsoll_github_requests_total{method="GET",status="502"} 1',
    'plimsoll_render_cache_total{event="hit"} 1',
    'plimsoll_render_cache_total{event="eviction"} 3',
  ])
    expect(text.split('\n')).toContain(line);
});

test('Of many installations those with the least are told, until their hour is over.', () => {
  let now = 0;
  const rates = createRates(() => now);
  const rate = { resource: 'core', limit: 5000, reset: 3600 };
  for (let id = 0; id < 100; id += 1) rates.told({ ...rate, installation: String(id), remaining: 5000 - id });
  rates.told({ ...rate, installation: '3', remaining: 9, reset: 7200 });
  expect(rates.least()).toHaveLength(20);
  expect(rates.least().slice(0, 2)).toMatchObject([
    { installation: '3', remaining: 9 },
    { installation: '99', remaining: 4901 },
  ]);
  now = 3_600_000;
  expect(rates.least()).toMatchObject([{ installation: '3', remaining: 9 }]);
});

test('Traces go where the standard environment says, and nowhere without it.', () => {
  const endpoint = 'http://collector:4318/';
  expect(tracesOf({})).toBeUndefined();
  expect(tracesOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
  expect(tracesOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toMatchObject({
    url: 'http://collector:4318/v1/traces',
    share: 1,
  });
  expect(
    tracesOf({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://elsewhere/spans', OTEL_TRACES_SAMPLER_ARG: '0.25' }),
  ).toMatchObject({ url: 'https://elsewhere/spans', share: 0.25 });
  expect(() => tracesOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toThrow('no http or https URL');
  expect(() => tracesOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: '2' })).toThrow('is "2"');
});
