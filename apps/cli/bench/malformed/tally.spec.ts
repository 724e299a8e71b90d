import { describe, expect, it } from '@jest/globals';

import { nameOf, retryAfterMsOf, Tally } from './tally.js';

const file = { name: 'a file', bytes: Buffer.from('x') };
const problem = (code: string, more: object = {}): string =>
  JSON.stringify({ type: `urn:portcullis:problem:${code}`, code, ...more });
const asset = (source: string, code?: string): string =>
  JSON.stringify({ sha256: 'f', decision: { source, reasons: code === undefined ? [] : [{ code }] } });

describe('the name of an answer', () => {
  it.each([
    [201, asset('fast', 'uncertain'), '201 fast'],
    [201, asset('default', 'shed'), '201 default: shed'],
    [422, problem('undecodable'), '422 undecodable'],
    [0, 'ECONNRESET', 'no answer'],
  ])('of status %i is that of what it says', (status, body, name) => {
    expect(nameOf(status, body)).toEqual({ name, stable: true });
  });

  it.each([
    ['another status than its code has', 400, problem('undecodable')],
    ['a code that nobody knows', 422, problem('odd')],
    ['another type than its code', 422, JSON.stringify({ type: 'about:blank', code: 'undecodable' })],
    ['no problem', 500, 'Internal Server Error'],
    ['no asset', 201, '{}'],
  ])('is not a documented one for %s', (_case, status, body) => {
    expect(nameOf(status, body)).toEqual({ name: `${status} in other words`, stable: false });
  });
});

describe('being told to come again', () => {
  it('is for those who were sent away for want of time', () => {
    const reply = { status: 503, body: problem('overloaded', { retryAfterMs: 250 }), ms: 1 };
    expect(retryAfterMsOf(reply)).toBe(250);
    expect(retryAfterMsOf({ ...reply, body: problem('dependency-late', { retryAfterMs: 250 }) })).toBeUndefined();
    expect(retryAfterMsOf({ ...reply, status: 201, body: asset('fast') })).toBeUndefined();
  });
});

describe('a tally', () => {
  it('counts answers, and finds those that break a promise', () => {
    const tally = new Tally(2_000);
    tally.add(file, { status: 422, body: problem('undecodable'), ms: 5 });
    tally.add(file, { status: 201, body: asset('fast'), ms: 2_001 });
    tally.add(file, { status: 500, body: problem('defect'), ms: 7 });
    tally.add(file, { status: 0, body: 'ECONNRESET', ms: 8 });
    const { serverErrors, late, unanswered, unstable, findings, byAnswer } = tally;
    expect({ serverErrors, late, unanswered, unstable }).toEqual({
      serverErrors: 1,
      late: 1,
      unanswered: 1,
      unstable: 0,
    });
    expect(findings.map(({ why }) => why)).toEqual([
      'answered after 2001 ms',
      'status 500, 500 defect',
      'no answer: ECONNRESET',
    ]);
    expect(byAnswer.get('422 undecodable')).toBe(1);
  });

  it('counts who was sent away, and keeps no file for it', () => {
    const tally = new Tally(2_000);
    tally.add(file, { status: 503, body: problem('overloaded', { retryAfterMs: 1 }), ms: 1 });
    expect({ serverErrors: tally.serverErrors, findings: tally.findings }).toEqual({ serverErrors: 1, findings: [] });
  });

  it('remembers the slowest answers, however many there are', () => {
    const tally = new Tally(2_000);
    for (let ms = 0; ms < 100; ms += 1) tally.add(file, { status: 201, body: asset('fast'), ms });
    expect(tally.slowest.map(({ ms }) => ms).sort((a, b) => b - a)).toEqual([
      99, 98, 97, 96, 95, 94, 93, 92, 91, 90, 89, 88,
    ]);
  });
});
