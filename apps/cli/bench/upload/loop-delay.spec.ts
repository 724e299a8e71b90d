import { describe, expect, it } from '@jest/globals';

import { parseLoopDelay } from './loop-delay.js';

describe('event-loop delay in metrics', () => {
  it('is told with and without the period of the timer that measures it', () => {
    const metrics = '# TYPE nodejs_eventloop_lag_p99_seconds gauge\nnodejs_eventloop_lag_p99_seconds 0.012345\n';
    expect(parseLoopDelay(metrics)).toEqual({ rawP99Ms: 12.35, p99Ms: 2.35 });
  });

  it('must be there', () => {
    expect(() => parseLoopDelay('nodejs_eventloop_lag_p90_seconds 1')).toThrow('event-loop delay');
  });
});
