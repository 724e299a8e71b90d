/**
 * Everything sooner than in life, so that tests of what happens later need not wait. The heavy tier runs the middle
 * model: it labels as the large one does and is warm in half the time.
 */
export const QUICK_SETTINGS = {
  // nothing is left to measuring: tests are to start soon, and all alike
  FAST_VARIANT: 'f32',
  FAST_PROCESSES: '1',
  FAST_THREADS: '1',
  FAST_BATCH_MAX: '1',
  // a machine that runs many tests is slow now and then: nothing is to be shed for that
  FAST_SLO_MS: '20000',
  HEAVY_VARIANT: 'f32',
  HEAVY_PROCESSES: '1',
  HEAVY_MODEL: 'mobilenet_v2_mid/1.0.0',
  SWEEP_MS: '300',
  DUE_MS: '1500',
};
