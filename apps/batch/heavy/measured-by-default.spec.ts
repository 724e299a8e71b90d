import { describe, expect, it } from '@jest/globals';

import { bucketsOf } from '#inference/plan/plan-options.js';
import { heavyPlan } from '#inference/plan/tier-options.js';
import { readSettings } from '#settings/settings.js';

const PARTS = { entry: new URL('file:///entry.js'), draw: () => Promise.reject(new Error('nothing is drawn')) };
const planOf = (environment: Record<string, string>) => heavyPlan(readSettings(environment, '/root'), PARTS);

describe('the heavy tier’s plan', () => {
  it('measures the run within the memory of a process, where nothing is set', () => {
    const plan = planOf({ HEAVY_RSS_MB_MAX: '900' });
    expect(plan).toMatchObject({ tier: 'heavy', batchMax: 0, sloMs: null, rssBytesMax: 900 * 1_048_576 });
    expect(bucketsOf(plan).slice(0, 3)).toEqual([1, 2, 4]);
  });

  it('keeps to the run that is set', () => {
    const plan = planOf({ HEAVY_INFERENCE_BATCH: '3' });
    expect(plan.batchMax).toBe(3);
    expect(bucketsOf(plan)).toContain(3);
  });

  it('does not hang on how many assets go together', () => {
    expect(planOf({ HEAVY_BATCH_SIZE: '64' })).toEqual(planOf({}));
  });
});
