import { expect, it } from '@jest/globals';

import { judgeRate, type Verdict } from './verdict.js';

it.each<[string, Verdict[], Verdict, number]>([
  ['holds when it holds once', ['held'], 'held', 1],
  ['holds after a failure that is not repeated', ['failed', 'held'], 'held', 2],
  ['fails when it fails twice', ['failed', 'failed'], 'failed', 2],
  ['fails twice around a run that tells nothing', ['failed', 'unknown', 'failed'], 'failed', 3],
  ['holds after runs that tell nothing', ['unknown', 'unknown', 'held'], 'held', 3],
  ['is not known after three runs that tell too little', ['unknown', 'unknown', 'failed'], 'unknown', 3],
])('a rate %s', async (_, verdicts, expected, runs) => {
  let ran = 0;
  const { verdict } = await judgeRate((tried) => {
    ran += 1;
    return Promise.resolve({ verdict: verdicts[tried] ?? 'held' });
  });
  expect({ verdict, ran }).toEqual({ verdict: expected, ran: runs });
});
