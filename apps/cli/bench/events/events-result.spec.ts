import { describe, expect, it } from '@jest/globals';

import { isMet } from '../bench-result.js';
import { eventsResult, type Arrival } from './events-result.js';

const OPTIONS = { rate: 500, seconds: 2, endpoints: 3, hanging: 1 };
const arrival = (endpoint: number, fromDecisionMs: number, times = 1): Arrival => ({
  endpoint,
  times,
  fromDecisionMs,
  fromCommitMs: fromDecisionMs - 10,
});

describe('the report on events', () => {
  const quick = Array.from({ length: 99 }, () => arrival(1, 100));
  const { promised, tables, data } = eventsResult(OPTIONS, {
    arrivals: [...quick, arrival(2, 2_500, 2)],
    heldAtEnd: 4,
    cpuMs: { service: 1_000 },
  });

  it('tells the delay of all, and of the endpoint that is worst off', () => {
    expect(promised.map((figure) => [figure.measured, isMet(figure)])).toEqual([
      [100, true],
      [2_500, false],
    ]);
    expect(tables[0]?.rows).toEqual([
      ['from the decision', '100', '100', '100', '2500'],
      ['from the known commit', '90', '90', '90', '2490'],
    ]);
  });

  it('tells what came twice, what hung, and processor time as cores', () => {
    expect(tables[1]?.rows.map(([, value]) => value)).toEqual(['100', '1', '4', '0.5']);
    expect(data).toMatchObject({ repeated: 1, worstEndpointP95Ms: 2_500 });
  });
});
