import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ConsoleScene } from './console-scene.js';
let scene: ConsoleScene;
beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene?.close());
it('x', async () => {
  const { assetId, reviewId } = await scene.openCase({ explicit: 0.1 }, { explicit: 0.5 });
  scene.nowMs += 5000;
  for (const [who, m, p, b] of [
    ['anna', 'GET', '/api/reviews'],
    ['anna', 'GET', `/api/reviews/${reviewId}`],
    ['ben', 'POST', `/api/reviews/${reviewId}/decide`, { verdict: 'allow', reason: 'fine' }],
    ['anna', 'POST', `/api/reviews/${reviewId}/claim`],
    ['ben', 'POST', `/api/reviews/${reviewId}/claim`],
    [
      'anna',
      'POST',
      `/api/reviews/${reviewId}/decide`,
      { verdict: 'block', policyLabel: 'sexual.explicit', reason: 'clear' },
    ],
    ['anna', 'GET', `/api/reviews/${reviewId}`],
    ['anna', 'GET', '/api/policies'],
    ['anna', 'GET', '/api/dead-letters'],
    [undefined, 'GET', '/health/ready'],
    ['chief', 'POST', '/api/policies', { document: (await scene.policies.live()).document, note: 'same' }],
    ['chief', 'POST', '/api/policies/2/publish'],
    ['chief', 'GET', '/api/policies/live'],
  ] as [string | undefined, string, string, unknown?][])
    console.log(m, p, JSON.stringify(await scene.ask(who, m, p, b), null, 1));
  expect(assetId).toBeDefined();
});
