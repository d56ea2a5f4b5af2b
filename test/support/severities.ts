import { checks } from '../../checks/index.ts';
import { runChecks } from '../../src/analyze/run.ts';
import type { Severity } from '../../src/model.ts';
import { parseFixture } from './check-fixture.ts';

/** The severities that a check gives what it finds, in the order of the objects. */
export function severitiesOf(id: string, text: string): Severity[] {
  const [{ resources } = { resources: [] }] = parseFixture(text);
  const asked = checks.filter((check) => check.id === id);
  return runChecks(resources, { checks: asked, kubeVersion: { major: 1, minor: 35 } }).map(({ severity }) => severity);
}
