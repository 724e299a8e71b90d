import { describe, expect, it } from '@jest/globals';

// by their paths: this folder is a package of its own, which knows no imports by #
import { Problem, problemBody, PROBLEMS, type ProblemCode } from '../contracts/problems.js';

import { AnswerError, PortcullisError } from './errors.js';
import { ProblemError } from './problem-error.js';
import { PROBLEM_ERRORS } from './problem-errors.js';
import { errorOf } from './read-problem.js';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];
const NOW_MS = Date.parse('2026-06-01T12:00:00Z');

const answer = (problem: Problem, retryAfter: string | null = null) => {
  const body = problemBody(problem, 'id');
  return { status: body.status, text: JSON.stringify(body), retryAfter };
};

describe('the classes of problems', () => {
  it('are those of the catalogue, one each', () => {
    expect(Object.keys(PROBLEM_ERRORS).sort()).toEqual([...CODES].sort());
    expect(new Set(Object.values(PROBLEM_ERRORS)).size).toBe(CODES.length);
  });

  it.each(CODES)('%s is read as its own', (code) => {
    const { status, title, retryable } = PROBLEMS[code];
    const error = errorOf(answer(new Problem(code, 'Why.', { retryAfterMs: 250 }), '1'), NOW_MS);
    expect(error).toBeInstanceOf(PROBLEM_ERRORS[code]);
    expect(error).toBeInstanceOf(PortcullisError);
    expect(error.name).toBe(PROBLEM_ERRORS[code].name);
    expect(error).toMatchObject({ code, status, title, retryable, detail: 'Why.', retryAfterMs: 250, errors: [] });
    expect(error.message).toBe(`${title}: Why.`);
  });

  it('name every field that is wrong', () => {
    const errors = [{ pointer: '/class', detail: 'must be one of urgent' }];
    const error = errorOf(answer(new Problem('invalid-request', 'Fields are wrong.', { errors })), NOW_MS);
    expect(error).toMatchObject({ errors });
    expect(error.message).toContain('/class must be one of urgent');
  });
});

describe('an error that is not known', () => {
  it('of a later service is a plain problem', () => {
    const text = JSON.stringify({ code: 'brand-new', title: 'New', detail: 'So.', retryable: true });
    const error = errorOf({ status: 418, text, retryAfter: '3' }, NOW_MS);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ code: 'brand-new', name: 'BrandNewError', retryable: true, retryAfterMs: 3_000 });
  });

  it.each<[number, boolean]>([
    [502, true],
    [429, true],
    [504, true],
    [500, false],
    [413, false],
  ])('of a proxy, %d: whether to try again is %s', (status, retryable) => {
    const error = errorOf({ status, text: '<html>', retryAfter: 'Mon, 01 Jun 2026 12:00:09 GMT' }, NOW_MS);
    expect(error).toBeInstanceOf(AnswerError);
    expect(error).toMatchObject({ status, retryable, retryAfterMs: 9_000 });
  });

  it.each(['soon', '-1', ''])('asks for no wait by %j', (retryAfter) => {
    expect(errorOf({ status: 503, text: '', retryAfter }, NOW_MS).retryAfterMs).toBeUndefined();
  });
});
