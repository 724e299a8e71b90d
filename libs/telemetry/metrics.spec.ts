import { describe, expect, it } from '@jest/globals';

import { Metrics } from './metrics.js';

/** The lines of a scrape that say something about us, without help and types. */
async function scrape(metrics: Metrics): Promise<string[]> {
  const text = await metrics.registry.metrics();
  return text.split('\n').filter((line) => line.startsWith('portcullis_'));
}

describe('metrics', () => {
  it.each<[string, (metrics: Metrics) => void, string[]]>([
    [
      'an answered upload',
      (metrics) => metrics.uploadAnswered('too-large'),
      ['portcullis_uploads_total{outcome="too-large"} 1'],
    ],
    [
      'a provisional decision',
      (metrics) => metrics.provisionalDecided('block', 'default', 'urgent'),
      ['portcullis_provisional_total{verdict="block",source="default",class="urgent"} 1'],
    ],
    [
      'how long an upload took, in seconds',
      (metrics) => metrics.uploadTook({ decode: 12, total: 300 }),
      [
        'portcullis_upload_seconds_sum{stage="decode"} 0.012',
        'portcullis_upload_seconds_sum{stage="total"} 0.3',
        'portcullis_upload_seconds_bucket{le="0.2",stage="total"} 0',
        'portcullis_upload_seconds_bucket{le="0.3",stage="total"} 1',
      ],
    ],
    [
      'how long views of a caller of /v2 took, apart from uploads',
      (metrics) => metrics.inferTook({ queue: 5, inference: 20, total: 26 }),
      [
        'portcullis_infer_seconds_sum{stage="queue"} 0.005',
        'portcullis_infer_seconds_sum{stage="inference"} 0.02',
        'portcullis_infer_seconds_bucket{le="0.02",stage="total"} 0',
        'portcullis_infer_seconds_bucket{le="0.03",stage="total"} 1',
      ],
    ],
    ['a final', (metrics) => metrics.finalWritten('late_block'), ['portcullis_final_total{transition="late_block"} 1']],
    [
      'a batch and what became of it',
      (metrics) => {
        metrics.batchSettled(8);
        metrics.givenBack();
        metrics.deadLettered();
      },
      [
        'portcullis_batch_size_bucket{le="4"} 0',
        'portcullis_batch_size_bucket{le="8"} 1',
        'portcullis_heavy_retries_total 1',
        'portcullis_dead_letters_total 1',
      ],
    ],
    [
      'bells',
      (metrics) => {
        metrics.bellRung();
        metrics.bellRung();
      },
      ['portcullis_bells_total 2'],
    ],
    [
      'a classifier process',
      (metrics) => metrics.classifierEvent('timeout'),
      ['portcullis_classifier_events_total{event="timeout"} 1'],
    ],
    [
      'how much a tier on another server is asked at a time',
      (metrics) => {
        metrics.remoteLimit('heavy', 4);
        metrics.remoteLimit('heavy', 6);
      },
      ['portcullis_remote_limit{tier="heavy"} 6'],
    ],
    [
      'sheds by where and why',
      (metrics) => {
        metrics.shed('door', 'predicted');
        metrics.shed('queue', 'too_late');
        metrics.shed('queue', 'too_late');
        metrics.shed('oip', 'full');
      },
      [
        'portcullis_sheds_total{where="oip",reason="full"} 1',
        'portcullis_sheds_total{where="door",reason="predicted"} 1',
        'portcullis_sheds_total{where="queue",reason="too_late"} 2',
      ],
    ],
    [
      'batches of the fast tier and why they began',
      (metrics) => {
        metrics.fastDispatched('full', 4);
        metrics.fastDispatched('timer', 3);
        metrics.fastDispatched('timer', 1);
      },
      [
        'portcullis_fast_dispatches_total{reason="full"} 1',
        'portcullis_fast_dispatches_total{reason="timer"} 2',
        'portcullis_fast_batch_size_bucket{le="1"} 1',
        'portcullis_fast_batch_size_bucket{le="2"} 1',
        'portcullis_fast_batch_size_bucket{le="4"} 3',
        'portcullis_fast_batch_size_sum 8',
      ],
    ],
    [
      'how long processes worked, by tier',
      (metrics) => {
        metrics.workerBusy('fast', 250);
        metrics.workerBusy('fast', 1_000);
        metrics.workerBusy('heavy', 80);
      },
      [
        'portcullis_worker_busy_seconds_total{tier="fast"} 1.25',
        'portcullis_worker_busy_seconds_total{tier="heavy"} 0.08',
      ],
    ],
    [
      'what banks know, by tier, kind and match',
      (metrics) => metrics.bankHit('heavy', 'block', 'perceptual'),
      ['portcullis_bank_hits_total{tier="heavy",kind="block",match="perceptual"} 1'],
    ],
    [
      'how old the banks are',
      (metrics) => {
        metrics.banksRead(90_000);
        metrics.banksRead(1_500);
      },
      ['portcullis_banks_age_seconds 1.5'],
    ],
    [
      'the fast tier’s queue as it was seen last',
      (metrics) => {
        const seen = { limit: 28, capacityPerSecond: 95.5, serviceMs: { 1: 10, 4: 32 } };
        metrics.fastTierSeen({ ...seen, pending: 20, overloaded: true });
        metrics.fastTierSeen({ ...seen, pending: 3, overloaded: false });
      },
      [
        'portcullis_fast_pending 3',
        'portcullis_fast_limit 28',
        'portcullis_fast_overloaded 0',
        'portcullis_fast_capacity_per_second 95.5',
        'portcullis_fast_service_seconds{batch="1"} 0.01',
        'portcullis_fast_service_seconds{batch="4"} 0.032',
      ],
    ],
    [
      'that the wait does not go away',
      (metrics) =>
        metrics.fastTierSeen({ pending: 9, limit: 9, overloaded: true, capacityPerSecond: 1, serviceMs: {} }),
      ['portcullis_fast_overloaded 1'],
    ],
    [
      'what was planned',
      (metrics) => metrics.planned({ workers: 2, threads: 1, batch: 4, capacity: 180.5 }),
      [
        'portcullis_plan{what="workers"} 2',
        'portcullis_plan{what="threads"} 1',
        'portcullis_plan{what="batch"} 4',
        'portcullis_plan{what="capacity"} 180.5',
      ],
    ],
  ])('tell %s', async (_event, happen, lines) => {
    const metrics = new Metrics();
    happen(metrics);
    expect(await scrape(metrics)).toEqual(expect.arrayContaining(lines));
  });

  describe('of uploads count at the SLO itself', () => {
    const edgesOf = (lines: readonly string[]): string[] =>
      lines.flatMap((line) => /^portcullis_upload_seconds_bucket{le="([^"]+)"/.exec(line)?.[1] ?? []);

    it.each([
      { sloMs: 250, edge: '0.25' },
      { sloMs: 300, edge: '0.3' },
      { sloMs: 20_000, edge: '20' },
    ])('of $sloMs ms', async ({ sloMs, edge }) => {
      const metrics = new Metrics({ sloMs });
      for (const totalMs of [sloMs - 1, sloMs, sloMs + 1]) metrics.uploadTook({ total: totalMs });
      const lines = await scrape(metrics);
      expect(lines).toContain(`portcullis_upload_seconds_bucket{le="${edge}",stage="total"} 2`);
      expect(lines).toContain(`portcullis_slo_seconds ${edge}`);
      const edges = edgesOf(lines).map((text) => (text === '+Inf' ? Infinity : Number(text)));
      expect(edges).toEqual([...new Set(edges)].sort((a, b) => a - b));
    });

    it('only where there is one', async () => {
      const metrics = new Metrics();
      metrics.uploadTook({ total: 1 });
      const lines = await scrape(metrics);
      expect(lines.filter((line) => line.startsWith('portcullis_slo_seconds'))).toEqual([]);
      expect(edgesOf(lines)).toHaveLength(17);
    });
  });

  it('of two services in one process are apart', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.deadLettered();
    expect(await scrape(other)).toContain('portcullis_dead_letters_total 0');
  });

  it('tell of the process as well, and never the same name twice', async () => {
    const names = (await new Metrics().registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(names).toContain('process_resident_memory_bytes');
    expect(new Set(names).size).toBe(names.length);
  });
});
