import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from '@jest/globals';
import { lastValueFrom, of, throwError, type Observable } from 'rxjs';

import { Problem } from '#contracts/problems.js';

import { AdmittedInterceptor } from './admitted.interceptor.js';
import type { Outcome } from './admission.js';

/** How a request that was let in is said to have ended, each time. */
async function outcomesOf(handled: Observable<unknown>): Promise<Outcome[]> {
  const ended: Outcome[] = [];
  const admission = { end: (outcome: Outcome) => void ended.push(outcome) };
  const answered = new AdmittedInterceptor().intercept(new ExecutionContextHost([{ admission }]), {
    handle: () => handled,
  });
  await lastValueFrom(answered).catch(() => undefined);
  return ended;
}

describe('a request that was let in', () => {
  it.each<[string, Observable<unknown>, Outcome]>([
    ['is answered', of('answer'), 'done'],
    ['can be mended', throwError(() => new Problem('undecodable', 'broken')), 'refused'],
    ['may have been stored', throwError(() => new Problem('dependency-late', 'late')), 'unknown'],
    ['has failed', throwError(() => new Error('a bug')), 'unknown'],
  ])('that %s ends once', async (_, handled, outcome) => {
    expect(await outcomesOf(handled)).toEqual([outcome]);
  });

  it('is nobody’s business where nothing is metered', async () => {
    const next = { handle: () => of('answer') };
    const answer = new AdmittedInterceptor().intercept(new ExecutionContextHost([{}]), next);
    expect(await lastValueFrom(answer)).toBe('answer');
  });
});
