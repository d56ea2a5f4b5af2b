import { describe, expect, test } from '@jest/globals';
import { parseSettings } from '../src/config.ts';
import { budgetOf } from '../src/locate.ts';

describe('the budget of trial renders', () => {
  test('is shared until it is spent, and says so only when one was refused', () => {
    const budget = budgetOf(2);
    expect([budget.take(), budget.take()]).toEqual([true, true]);
    expect(budget.notices()).toEqual([]);
    expect([budget.take(), budget.take()]).toEqual([false, false]);
    expect(budget.notices()).toEqual([
      {
        code: 'trace-budget-spent',
        message: 'The 2 trial renders that `trace.budget` allows were spent: not every line was tried.',
      },
    ]);
  });

  test('is a setting, and none is negative', () => {
    const { settings, problems } = parseSettings('trace:\n  budget: 0\n', 'plimsoll.yml', new Map());
    expect([settings.trace, problems]).toEqual([{ budget: 0 }, []]);
    const wrong = parseSettings('trace:\n  budget: -1\n', 'plimsoll.yml', new Map());
    expect(wrong.problems).toMatchObject([{ code: 'settings-invalid', line: 2 }]);
  });
});
