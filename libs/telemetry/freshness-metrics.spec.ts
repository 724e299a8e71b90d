import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';

import { FreshnessMetrics } from './freshness-metrics.js';

async function scrape(happen: (metrics: FreshnessMetrics) => void): Promise<string[]> {
  const registry = new Registry();
  happen(new FreshnessMetrics(registry));
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith('portcullis_'));
}

describe('freshness metrics', () => {
  it('tell the age at an ordinary final, in seconds by class, and of no other final', async () => {
    const lines = await scrape((metrics) => {
      metrics.finalWritten({ trafficClass: 'urgent', cause: null, receivedAtMs: 10_000 }, 14_000);
      metrics.finalWritten({ trafficClass: 'urgent', cause: 'resubmitted', receivedAtMs: 10_000 }, 999_000);
      metrics.finalWritten({ trafficClass: 'bulk', cause: null, receivedAtMs: 10_000 }, 9_000);
    });
    expect(lines).toContain('portcullis_freshness_seconds_sum{class="urgent"} 4');
    expect(lines).toContain('portcullis_freshness_seconds_count{class="urgent"} 1');
    expect(lines).toContain('portcullis_freshness_seconds_bucket{le="2",class="urgent"} 0');
    expect(lines).toContain('portcullis_freshness_seconds_bucket{le="5",class="urgent"} 1');
    expect(lines).toContain('portcullis_freshness_seconds_sum{class="bulk"} 0');
  });

  it('count what is late by class and effect', async () => {
    const lines = await scrape((metrics) => {
      for (const effect of ['marked', 'blocked', 'marked']) metrics.late('normal', effect);
    });
    expect(lines).toContain('portcullis_late_total{class="normal",effect="marked"} 2');
    expect(lines).toContain('portcullis_late_total{class="normal",effect="blocked"} 1');
  });

  it('show the backlog as it was seen last', async () => {
    const lines = await scrape((metrics) => {
      metrics.backlogSeen({ classes: [{ class: 'bulk', waiting: 9, oldestMs: 60_000 }], backlogSeconds: 4.5 });
      metrics.backlogSeen({ classes: [{ class: 'bulk', waiting: 0, oldestMs: null }], backlogSeconds: 0 });
    });
    expect(lines).toContain('portcullis_pending_final{class="bulk"} 0');
    expect(lines).toContain('portcullis_oldest_pending_seconds{class="bulk"} 0');
    expect(lines).toContain('portcullis_backlog_seconds 0');
  });

  it('say -1 where nobody knows how long the backlog takes', async () => {
    const lines = await scrape((metrics) => metrics.backlogSeen({ classes: [], backlogSeconds: null }));
    expect(lines).toContain('portcullis_backlog_seconds -1');
  });
});
