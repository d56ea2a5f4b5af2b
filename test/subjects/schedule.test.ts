import { expect, test } from '@jest/globals';
import fc from 'fast-check';
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
