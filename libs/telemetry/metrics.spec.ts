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
      'a late block',
      (metrics) => metrics.finalWritten('late_block', 4_000, 3_500, null),
      [
        'portcullis_final_total{transition="late_block"} 1',
        'portcullis_freshness_seconds_sum 4',
        'portcullis_exposure_seconds_sum 3.5',
        'portcullis_exposure_seconds_count 1',
        'portcullis_wrongful_hold_seconds_count 0',
      ],
    ],
    [
      'a late release',
      (metrics) => metrics.finalWritten('late_release', 4_000, null, 0),
      ['portcullis_wrongful_hold_seconds_count 1', 'portcullis_exposure_seconds_count 0'],
    ],
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
      'bells by who rang them',
      (metrics) => {
        metrics.bellsRung('relay', 200);
        metrics.bellsRung('relay', 0);
        metrics.bellsRung('sweeper', 3);
      },
      ['portcullis_bells_total{by="relay"} 200', 'portcullis_bells_total{by="sweeper"} 3'],
    ],
    [
      'a classifier process',
      (metrics) => metrics.classifierEvent('timeout'),
      ['portcullis_classifier_events_total{event="timeout"} 1'],
    ],
    [
      'the backlog as it was seen last',
      (metrics) => {
        metrics.backlogSeen(10, 60_000);
        metrics.backlogSeen(2, 1_500);
      },
      ['portcullis_pending_final 2', 'portcullis_oldest_pending_seconds 1.5'],
    ],
  ])('tell %s', async (_event, happen, lines) => {
    const metrics = new Metrics();
    happen(metrics);
    expect(await scrape(metrics)).toEqual(expect.arrayContaining(lines));
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
