import { expect, it } from '@jest/globals';
import { Registry } from 'prom-client';

import { LookMetrics } from './look-metrics.js';

it('counts views by look, and shares the time of an image out among its views', async () => {
  const registry = new Registry();
  const metrics = new LookMetrics(registry);
  const names = (...looks: string[]) => looks.map((look) => ({ look }));
  metrics.scored({ viewNames: names('reference', 'antialiased'), inferenceMs: 200 });
  metrics.scored({ viewNames: names('reference', 'tiles', 'tiles', 'tiles', 'tiles'), inferenceMs: 1_000 });
  const byLook = async (name: string) => {
    const values = (await registry.getSingleMetric(name)?.get())?.values ?? [];
    return values.map(({ labels, value }) => [labels['look'], value]);
  };
  expect(await byLook('portcullis_heavy_views_total')).toEqual([
    ['reference', 2],
    ['antialiased', 1],
    ['tiles', 4],
  ]);
  expect(await byLook('portcullis_heavy_view_seconds_total')).toEqual([
    ['reference', expect.closeTo(0.3)],
    ['antialiased', expect.closeTo(0.1)],
    ['tiles', expect.closeTo(0.8)],
  ]);
});
