import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { finalize, tap, type Observable } from 'rxjs';

import { Problem, PROBLEMS } from '#contracts/problems.js';

import type { Admission, Outcome } from './admission.js';

/** Tells what became of a request that the metered guard has let in, before its answer leaves. */
export class AdmittedInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { admission } = context.switchToHttp().getRequest<{ readonly admission?: Admission }>();
    if (admission === undefined) return next.handle();
    let outcome: Outcome = 'unknown';
    return next.handle().pipe(
      tap({
        complete: () => (outcome = 'done'),
        error: (error: unknown) => (outcome = outcomeOf(error)),
      }),
      finalize(() => admission.end(outcome)),
    );
  }
}

/** Whatever its client can mend has stored nothing. */
const outcomeOf = (error: unknown): Outcome =>
  error instanceof Problem && PROBLEMS[error.code].status < 500 ? 'refused' : 'unknown';
