import { describe, expect, it } from '@jest/globals';

import { DeadlineTooShort } from '#inference/admission/deadline-too-short.js';
import { ClassifierShed } from '#inference/classifier/errors.js';

import { UploadDeadline } from './upload-deadline.js';

const SLO_MS = 250;

describe('the deadline of an upload', () => {
  it.each([
    [undefined, undefined, 200],
    [100, undefined, 80],
    [undefined, 100, 80],
    [100, 50, 40],
    [60_000, 60_000, 200],
  ])('said as %p and %p leaves the look %d ms', (field, header, lookMs) => {
    expect(new UploadDeadline(SLO_MS, field, header).lookMs(0)).toBe(lookMs);
  });

  it('runs from the last byte', () => {
    expect(new UploadDeadline(SLO_MS, 100).lookMs(30)).toBe(50);
  });
});

describe('a deadline that was missed', () => {
  const fault = (saidMs: number | undefined, error: Error) => new UploadDeadline(SLO_MS, saidMs).fault(error);

  it('by its own fault is told the least that has a chance', () => {
    const problem = fault(20, new DeadlineTooShort(20, 40));
    expect(problem).toMatchObject({ code: 'invalid-request', detail: expect.stringMatching(/ 20 ms; 26 ms /) });
    const named = new UploadDeadline(SLO_MS, 26);
    expect(named.lookMs(0)).toBeGreaterThan(20);
    expect(named.fault(new DeadlineTooShort(20, 40))).toBeUndefined();
  });

  it.each([
    ['the tier was busy', 20, new ClassifierShed('too_late', 40)],
    ['the client said none', undefined, new DeadlineTooShort(20, 40)],
    ['the tier is slower than what is promised', 20, new DeadlineTooShort(201, 500)],
  ])('is no fault of its own where %s', (_why, saidMs, error) => {
    expect(fault(saidMs, error)).toBeUndefined();
  });
});
