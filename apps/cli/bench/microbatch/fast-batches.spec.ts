import { expect, it } from '@jest/globals';

import { Metrics } from '#telemetry/metrics.js';

import { parseFastBatches } from './fast-batches.js';

it('sizes of batches are read as the service writes them', async () => {
  const metrics = await new Metrics().registry.metrics();
  expect(parseFastBatches(metrics)).toEqual({ batches: 0, images: 0 });
  const some = metrics
    .replace('portcullis_fast_batch_size_count 0', 'portcullis_fast_batch_size_count 4')
    .replace('portcullis_fast_batch_size_sum 0', 'portcullis_fast_batch_size_sum 9');
  expect(parseFastBatches(some)).toEqual({ batches: 4, images: 9 });
  expect(() => parseFastBatches('')).toThrow('batches');
});
