import { describe, expect, it } from '@jest/globals';

import { Problem, problemBody } from '#contracts/problems.js';

import { readAccepted, readProblem } from './read-answer.js';

const answer = (status: number, body: unknown, retryAfterMs?: number) => ({
  status,
  text: typeof body === 'string' ? body : JSON.stringify(body),
  retryAfterMs,
});

describe('an answer of the upload service', () => {
  it('names the asset that was accepted', () => {
    const text = JSON.stringify({ id: 'a', decision: { verdict: 'block' } });
    expect(readAccepted(text)).toEqual({ kind: 'accepted', assetId: 'a', verdict: 'block' });
  });

  it.each(['', 'null', '[]', '{"id":1}', '{"id":"a","decision":{"verdict":"review"}}'])('names none: %s', (text) => {
    expect(readAccepted(text)).toBeUndefined();
  });

  it('is a problem with its code, and the finer of its times', () => {
    const late = problemBody(new Problem('overloaded', 'Come back.', { retryAfterMs: 250 }), 'x');
    expect(readProblem(answer(503, late, 1_000))).toEqual({
      code: 'overloaded',
      detail: 'The service is busy: Come back.',
      retryable: true,
      retryAfterMs: 250,
    });
    const refused = problemBody(new Problem('undecodable', 'It is broken.'), 'x');
    expect(readProblem(answer(422, refused))).toMatchObject({ code: 'undecodable', retryable: false, retryAfterMs: 0 });
  });

  it.each<[number, boolean]>([
    [502, true],
    [429, true],
    [500, false],
    [413, false],
  ])('may be a proxy’s: of %d whether to try again is %s', (status, retryable) => {
    const said = readProblem(answer(status, '<html>', 3_000));
    expect(said).toEqual({
      code: `http_${status}`,
      detail: `it answers with ${status}`,
      retryable,
      retryAfterMs: 3_000,
    });
  });
});
