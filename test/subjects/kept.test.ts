import { describe, expect, test } from '@jest/globals';
import { emptyKeeper, forget, keptFor, keptForText, keptOf } from '../../src/check.ts';

describe('what is kept', () => {
  test('a subject is asked once until it is to forget', () => {
    let asked = 0;
    const count = keptOf<{ kept: unknown[] }, number>(() => (asked += 1));
    const subject = { kept: emptyKeeper() };
    expect([count(subject), count(subject)]).toEqual([1, 1]);
    forget(subject);
    expect([count(subject), count(subject)]).toEqual([2, 2]);
  });

  test('what is no subject is left alone when it is to forget', () => {
    let asked = 0;
    const count = keptFor<object, number>(() => (asked += 1));
    const object = Object.freeze({});
    count(object);
    forget(object);
    expect(count(object)).toBe(1);
  });

  test('texts that come again are read once, and never taken for one another', () => {
    const asked: string[] = [];
    const upper = keptForText((text) => {
      asked.push(text);
      return text.toUpperCase();
    });
    expect(['a', 'b', 'a', 'b'].map(upper)).toEqual(['A', 'B', 'A', 'B']);
    expect(asked).toEqual(['a', 'b']);
  });

  test('long texts are not kept, and no more than a thousand short ones', () => {
    let asked = 0;
    const length = keptForText((text) => {
      asked += 1;
      return text.length;
    });
    const long = 'x'.repeat(101);
    expect([length(long), length(long), asked]).toEqual([101, 101, 2]);
    for (let index = 0; index <= 1_000; index += 1) length(`text ${index}`);
    length('text 0');
    expect(asked).toBe(2 + 1_001 + 1);
  });
});
