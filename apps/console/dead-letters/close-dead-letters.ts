import { DEAD_LETTERS_CLOSED_MAX, type DeadLettersBody } from '#contracts/dead-letter.js';
import type { DiscardedAnswer, ResubmittedAnswer } from '#contracts/dead-letter-answer.js';
import type { DeadLetterStore } from '#persistence/dead-letter-store.js';

/** Has what the heavy tier gave up on tried again, or gives it up for good: those named, or the oldest of a reason. */
export class CloseDeadLetters {
  constructor(private readonly deadLetters: DeadLetterStore) {}

  async resubmit(body: DeadLettersBody, by: string): Promise<ResubmittedAnswer> {
    const { ids, left } = await this.chosen(body, 'resubmit');
    return { items: await this.deadLetters.resubmit(ids, { by, note: body.note }), left };
  }

  async discard(body: DeadLettersBody, by: string): Promise<DiscardedAnswer> {
    const { ids, left } = await this.chosen(body, 'discard');
    return { items: await this.deadLetters.discard(ids, { by, note: body.note }), left };
  }

  private async chosen(
    { ids = [], reason }: DeadLettersBody,
    to: 'resubmit' | 'discard',
  ): Promise<{ ids: number[]; left: number }> {
    if (reason === undefined) return { ids, left: 0 };
    return this.deadLetters.openOf(reason, to, DEAD_LETTERS_CLOSED_MAX);
  }
}
