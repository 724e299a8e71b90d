import { costAnswer, type CostAnswer, type Price } from '#contracts/cost-answer.js';
import type { CostQuery } from '#contracts/cost-query.js';
import { Problem } from '#contracts/problems.js';
import { costRange, RANGE_DAYS_MAX, RANGE_MS_DEFAULT } from '#moderation/capacity/cost-range.js';
import type { UsageStore } from '#persistence/usage-store.js';

/** What the tiers cost in a stretch of time. */
export class ReadCosts {
  constructor(
    private readonly usage: UsageStore,
    private readonly price: Price,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `invalid-request` for a stretch of time that is none, or too long */
  async read({ since, until }: CostQuery): Promise<CostAnswer> {
    const nowMs = this.nowMs();
    const untilMs = until?.getTime() ?? nowMs;
    const range = costRange({ fromMs: since?.getTime() ?? untilMs - RANGE_MS_DEFAULT, untilMs }, nowMs);
    if (range === undefined) {
      throw new Problem(
        'invalid-request',
        `\`since\` must come before \`until\` and before now, by at most ${RANGE_DAYS_MAX} days.`,
      );
    }
    return costAnswer(await this.usage.sum(new Date(range.fromMs), new Date(range.untilMs)), range, this.price);
  }
}
