import { STATUS_CODES } from 'node:http';

import { describe, expect, it } from '@jest/globals';

import { Problem, problemBody, PROBLEMS, type ProblemCode, type ProblemKind } from './problems.js';

const isCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
const CATALOGUE = Object.entries<ProblemKind>(PROBLEMS);

describe('the catalogue of problems', () => {
  it.each(CATALOGUE)('%s has a status that HTTP knows, and words for people', (code, { status, title, advice }) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(STATUS_CODES[status]).toBeDefined();
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).not.toMatch(/[.\n]/);
    expect(advice).toMatch(/^[A-Z].*\.$/);
  });

  it('says which requests may succeed later: whatever is late, and nothing else that the client would have to mend', () => {
    const retryable = CATALOGUE.filter(([, kind]) => kind.retryable).map(([code]) => code);
    expect(retryable).toEqual([
      'still-running',
      'url-unreachable',
      'rate-limited',
      'too-many-sign-ins',
      'quota-exceeded',
      'too-many-streams',
      'overloaded',
      'dependency-late',
    ]);
    expect(CATALOGUE.filter(([, { status }]) => status === 503).every(([, kind]) => kind.retryable)).toBe(true);
  });

  it('has a title of its own for each', () => {
    expect(new Set(CATALOGUE.map(([, { title }]) => title)).size).toBe(CATALOGUE.length);
  });
});

describe('the body of a problem', () => {
  it.each(Object.keys(PROBLEMS).filter(isCode))('%s is what the catalogue says, and nothing more', (code) => {
    const { status, title, retryable } = PROBLEMS[code];
    expect(problemBody(new Problem(code, 'Do this.'), 'r-1')).toStrictEqual({
      type: `urn:portcullis:problem:${code}`,
      title,
      status,
      detail: 'Do this.',
      instance: 'urn:portcullis:request:r-1',
      code,
      retryable,
    });
  });

  it('names the fields at fault', () => {
    const errors = [{ pointer: '/class', detail: 'must be one of urgent, normal, bulk' }];
    const problem = new Problem('invalid-request', 'Some fields are wrong.', { errors, retryAfterMs: 5_250 });
    expect(problemBody(problem, 'r-1')).toMatchObject({ errors });
    expect(problemBody(problem, 'r-1')).toHaveProperty('retryAfterMs', 5_250);
    expect(problem.message).toBe('invalid-request: Some fields are wrong.');
  });
});
