import { afterEach, describe, expect, it } from '@jest/globals';
import { AdmissionQueue } from '#inference/admission/queue.js';
import type { AdmissionOptions } from '#inference/admission/options.js';
import type { ClassifierPoolOptions } from '#inference/classifier/pool-options.js';
import { ClassifierFailed, ClassifierShed } from '#inference/classifier/errors.js';
import { ServiceTimes } from '#inference/batching/service-times.js';
import { eventually } from '../support/eventually.js';
import { setScene, type Scene } from './fixtures/classifier-scene.js';

/** Long enough for a process to be replaced. */
const SLO_MS = 10_000;
const BATCH_MS = 20;

const scenes: { readonly scene: Scene; readonly queue: AdmissionQueue }[] = [];

/** Admission in front of real processes, doubles of the classifier. */
async function admitted(options: Partial<AdmissionOptions> = {}, pool: Partial<ClassifierPoolOptions> = {}) {
  let onRoom = (): void => undefined;
  const scene = await setScene({ processes: 1, queueMax: 0, ...pool, onRoom: () => onRoom() });
  const queue = new AdmissionQueue({
    classifier: scene.pool,
    times: new ServiceTimes([1, 2, 4].map((batch) => ({ batch, p95Ms: BATCH_MS }))),
    sloMs: SLO_MS,
    batchMax: 4,
    windowMs: 0,
    ...options,
  });
  scenes.push({ scene, queue });
  onRoom = () => queue.pump();
  await scene.pool.start();
  const send = (path: string, deadlineMs = SLO_MS) =>
    queue.submit({ path }, { clientId: 'one', class: 'normal', deadlineMs });
  return { scene, queue, send };
}

afterEach(async () => {
  for (const { scene, queue } of scenes.splice(0)) {
    queue.close();
    await scene.end();
  }
});

describe('admission in front of processes', () => {
  it('never has a call wait in the pool, however many come at once', async () => {
    const { scene, queue, send } = await admitted({}, { processes: 2 });
    const all = await Promise.all(Array.from({ length: 100 }, () => send('answer')));
    expect(Math.max(...all.map(({ batch }) => batch))).toBe(4);
    expect(scene.pool.state()).toMatchObject({ queued: 0, inFlight: 0 });
    await eventually('all batches have ended', () => queue.state().running === 0);
    expect(queue.state()).toMatchObject({ pending: 0, sheds: { queue_full: 0, too_late: 0, share: 0, expired: 0 } });
  });

  it('loses of a micro-batch only the image that kills its process', async () => {
    const { scene, send } = await admitted({ windowMs: 50 });
    const ends = await Promise.allSettled(['exit', 'answer', 'answer'].map((path) => send(path)));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(ends[0]).toMatchObject({ reason: { name: 'ClassifierFailed', reason: 'crashed' } });
    expect(scene.pool.state().replaced).toBe(2);
  });

  it('answers in time though a process hangs', async () => {
    const { queue, send } = await admitted({}, { callMsMax: 1_000 });
    const hangs = expect(send('silent')).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'timeout' });
    await expect(send('answer', 200)).rejects.toBeInstanceOf(ClassifierShed);
    await hangs;
    await eventually('its batch has ended', () => queue.state().running === 0);
    expect(queue.state()).toMatchObject({ pending: 0, sheds: { expired: 1 } });
  });

  it('passes on what a pool without a warm process says', async () => {
    const { scene, queue, send } = await admitted();
    await scene.setStart('silent');
    await expect(send('exit')).rejects.toBeInstanceOf(ClassifierFailed);
    expect(scene.pool.isReady).toBe(false);
    await expect(send('answer')).rejects.toMatchObject({ name: 'ClassifierOverloaded' });
    expect(queue.predict({ clientId: 'one', trafficClass: 'normal' }).wouldShed).toBe(false);
  });

  it('serves again as soon as the process was replaced', async () => {
    const { scene, send } = await admitted();
    const ends = await Promise.allSettled([send('exit'), send('answer')]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await eventually('a process is warm', () => scene.pool.isReady);
    expect(await send('answer')).toMatchObject({ batch: 1 });
  });
});
