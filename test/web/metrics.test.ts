import { expect, test } from '@jest/globals';
import { createMetrics } from '../../src/web/metrics.ts';

test('The first look at the metrics tells how much there is to do now, and how long it has waited.', async () => {
  let asked = 0;
  const depth = async () => {
    asked += 1;
    await new Promise((resolve) => setImmediate(resolve));
    return { waiting: 3, running: 1, oldest: 61, dead: 2 };
  };
  const { text } = await createMetrics({ depth }).page();
  expect(text).toContain('\nplimsoll_oldest_job_seconds 61\n');
  expect(text).toContain('plimsoll_jobs{state="waiting"} 3\n');
  expect(asked).toBe(1);
});
