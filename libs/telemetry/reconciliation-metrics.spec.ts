import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';

import { ReconciliationMetrics, type Reconciled } from './reconciliation-metrics.js';

const NOTHING: Reconciled = { labels: [], change: null, heldBy: null, exposureMs: null, wrongfulHoldMs: null };

async function shown(...seen: Partial<Reconciled>[]): Promise<string> {
  const registry = new Registry();
  const metrics = new ReconciliationMetrics(registry, { exposureMs: 45_000, wrongfulHoldMs: 3_600_000 });
  for (const one of seen) metrics.reconciled({ ...NOTHING, ...one });
  return registry.metrics();
}

describe('the cost of a provisional error', () => {
  it('is told in seconds by label, each asset once, the SLO among the edges', async () => {
    const text = await shown(
      { labels: ['sexual.explicit', 'sexual.suggestive'], change: 'late_block', exposureMs: 45_000 },
      { labels: ['sexual.explicit'], change: 'late_block', exposureMs: 45_001 },
      { change: 'late_release', wrongfulHoldMs: 20_000 },
    );
    expect(text).toContain('portcullis_exposure_seconds_bucket{le="45",label="sexual.explicit"} 1\n');
    expect(text).toContain('portcullis_exposure_seconds_count{label="sexual.explicit"} 2\n');
    expect(text).not.toContain('sexual.suggestive');
    expect(text).toContain('portcullis_wrongful_hold_seconds_sum{label="none"} 20\n');
  });

  it('breaks its SLO when it takes longer, not when it takes as long', async () => {
    const text = await shown(
      { labels: ['sexual.explicit'], exposureMs: 45_000 },
      { labels: ['sexual.explicit'], exposureMs: 45_001 },
      { wrongfulHoldMs: 3_600_001 },
    );
    expect(text).toContain('portcullis_exposure_slo_breaches_total{label="sexual.explicit"} 1\n');
    expect(text).toContain('portcullis_wrongful_hold_slo_breaches_total{label="none"} 1\n');
    expect(text).toContain('portcullis_exposure_slo_seconds 45\n');
    expect(text).toContain('portcullis_wrongful_hold_slo_seconds 3600\n');
  });

  it('is nothing where nothing changed', async () => {
    expect(await shown({})).not.toMatch(/_count\{|_total\{/);
  });
});

describe('a change that a rule holds back', () => {
  it('is counted by what it would have been, by rule and by label', async () => {
    const text = await shown({ labels: ['sexual.explicit'], change: 'late_block', heldBy: 'ask' });
    expect(text).toContain(
      'portcullis_transitions_held_total{transition="late_block",rule="ask",label="sexual.explicit"} 1\n',
    );
  });
});

describe('what a late block brings forward', () => {
  it('is counted', async () => {
    const registry = new Registry();
    const metrics = new ReconciliationMetrics(registry, { exposureMs: 1, wrongfulHoldMs: 1 });
    metrics.hurried(3);
    metrics.hurried(0);
    expect(await registry.metrics()).toContain('portcullis_hurried_total 3\n');
  });
});
