import { describe, expect, it } from '@jest/globals';

import { parseDeaths } from './classifier-deaths.js';

describe('deaths of classifier processes in metrics', () => {
  it('are all events but the good one', () => {
    const line = (event: string, count: number): string =>
      `portcullis_classifier_events_total{event="${event}"} ${count}\n`;
    const metrics = `# TYPE portcullis_classifier_events_total counter\n${line('ready', 4)}${line('memory', 2)}${line('timeout', 0)}`;
    expect(parseDeaths(metrics)).toEqual({ memory: 2 });
  });

  it('are none where nothing happened', () => {
    expect(parseDeaths('portcullis_uploads_total{outcome="accepted"} 3\n')).toEqual({});
  });
});
