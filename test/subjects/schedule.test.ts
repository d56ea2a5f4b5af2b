import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { longestIntervalHours } from '../../src/subjects/interval.ts';
import { durationSeconds, isCron } from '../../src/subjects/schedule.ts';

test.each([
  '* * * * *',
  '*/5 0-6,12 1 jan-MAR ?',
  '0 0 29 2 sun',
  '@hourly',
  '@every 1h30m',
  'TZ=UTC 0 1 * * 1',
  '5/15 * * * *',
])('%s is a schedule', (text) => expect(isCron(text)).toBe(true));

test.each([
  '',
  '* * * *',
  '* * * * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * * 13 *',
  '* * * * 7',
  '5-1 * * * *',
  '*/0 * * * *',
  '*-5 * * * *',
  '@often',
  '@every',
  '@every day',
  'a * * * *',
])('%s is none', (text) => expect(isCron(text)).toBe(false));

test('every minute and hour in range is taken, none beyond, and nothing throws', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 99 }), (minute, hour) => {
      expect(isCron(`${minute} ${hour} * * *`)).toBe(minute <= 59 && hour <= 23);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void isCron(text)));
});

test('durations are read as Go reads them', () => {
  expect(durationSeconds('1h30m')).toBe(5400);
  expect(durationSeconds('720h0m0s')).toBe(2_592_000);
  expect(durationSeconds('1.5h')).toBe(5400);
  expect(durationSeconds('0')).toBe(0);
  for (const text of ['', '5', '1d', 'h', '-1h']) expect(durationSeconds(text)).toBeUndefined();
});

test.each([
  ['@hourly', 1],
  ['@every 90m', 1.5],
  ['*/15 * * * *', 0.25],
  ['0 * * * *', 1],
  ['CRON_TZ=UTC 30 */6 * * *', 6],
  ['0 9-17 * * *', 16],
  ['0,50 * * * *', 50 / 60],
  ['0 3 * * *', 24],
  ['0 3 * * mon-fri', 72],
  ['0 3 * * 0', 168],
  ['0 3 */2 * *', 48],
  ['0 3 1,15 * *', 384],
  ['0 3 1 * 0', 168],
  ['0 0 1 * *', 720],
])('the longest time between two runs of %s is %d hours', (schedule, hours) =>
  expect(longestIntervalHours(schedule)).toBeCloseTo(hours),
);

test('what is no schedule has no interval, and every schedule has one', () => {
  for (const text of ['', 'often', '@often', '@every day', '61 * * * *'])
    expect(longestIntervalHours(text)).toBeUndefined();
  const number = (max: number): fc.Arbitrary<string> => fc.constantFrom('*', '*/7', `1-${max}`, `2,${max}`);
  fc.assert(
    fc.property(number(59), number(23), number(28), number(12), number(6), (...fields) => {
      const hours = longestIntervalHours(fields.join(' ')) ?? 0;
      expect(hours).toBeGreaterThan(0);
      expect(hours).toBeLessThan(366 * 24);
    }),
  );
});
