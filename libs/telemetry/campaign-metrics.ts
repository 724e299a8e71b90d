import { Counter, type Registry } from 'prom-client';

/** What the batch service counts of campaigns over past assets. */
export class CampaignMetrics {
  private readonly results: Counter;
  private readonly decisions: Counter;

  constructor(registry: Registry) {
    this.results = new Counter({
      name: 'portcullis_campaign_results_total',
      help: 'Past assets that campaigns judged again, or passed over and why',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.decisions = new Counter({
      name: 'portcullis_campaign_decisions_total',
      help: 'Decisions that campaigns applied or rolled back, by transition; moved_on: another had come before',
      labelNames: ['work', 'transition'],
      registers: [registry],
    });
  }

  /** @param outcomes `judged`, or why not, of every asset of a page */
  judged(outcomes: readonly string[]): void {
    for (const outcome of outcomes) this.results.inc({ outcome });
  }

  /**
   * Beside the finals of new assets: what a campaign mends was wrong for as long as the asset is old.
   *
   * @param work `applying` or `rolling_back`
   * @param transitions of the decisions that were written
   */
  settled(work: string, transitions: readonly (string | null)[], movedOn: number): void {
    for (const transition of transitions) this.decisions.inc({ work, transition: transition ?? 'locked' });
    this.decisions.inc({ work, transition: 'moved_on' }, movedOn);
  }
}
