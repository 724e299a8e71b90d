import { describe, expect, it } from '@jest/globals';

import type { Asset } from '#client/answers.js';
import { ConnectionError, DeadlineError } from '#client/errors.js';
import { errorOf } from '#client/read-problem.js';
import { Problem, problemBody, type ProblemCode } from '#contracts/problems.js';

import { exitCodeOf, outcomeOf, outcomeOfError, type OutcomeKind } from './outcome.js';

const problem = (code: ProblemCode) => {
  const body = problemBody(new Problem(code, 'Why.'), 'x');
  return errorOf({ status: body.status, text: JSON.stringify(body), retryAfter: null }, 0);
};

const asset = (served: boolean) => ({ id: 'a', served }) as Asset;

describe('what became of an image', () => {
  it('is told by whether it may be shown', () => {
    expect([outcomeOf(asset(true)).kind, outcomeOf(asset(false)).kind]).toEqual(['allowed', 'blocked']);
  });

  it.each<[string, unknown, Asset | null, OutcomeKind]>([
    ['no image', problem('undecodable'), null, 'refused'],
    ['a file that is not there', new Error('ENOENT: no such file'), null, 'refused'],
    ['a busy service', problem('overloaded'), null, 'failed'],
    ['a defect of the service', problem('defect'), null, 'failed'],
    ['a broken connection', new ConnectionError('cut'), null, 'failed'],
    ['no final in time', new DeadlineError('late'), asset(true), 'failed'],
    ['an asset that was erased meanwhile', problem('erased'), asset(true), 'failed'],
  ])('%s: it is to be mended, or tried another time', (_case, error, accepted, kind) => {
    expect(outcomeOfError(error, accepted)).toMatchObject({ kind });
  });
});

describe('the exit code', () => {
  it.each<[OutcomeKind[], number]>([
    [[], 0],
    [['allowed', 'allowed'], 0],
    [['allowed', 'blocked'], 1],
    [['blocked', 'refused', 'allowed'], 3],
    [['failed', 'refused', 'blocked'], 4],
  ])('of %j is that of the gravest: %d', (kinds, code) => {
    expect(exitCodeOf(kinds, false)).toBe(code);
    expect(exitCodeOf(kinds, true)).toBe(130);
  });
});
