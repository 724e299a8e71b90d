import { describe, expect, it } from '@jest/globals';

import type { Problem } from '#contracts/problems.js';
import { ClassifierShed } from '#inference/classifier/errors.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import type { StoredAnswer } from '#persistence/submission-store.js';

import { SubmitAsset, type SubmitParts } from './submit-asset.js';
import type { ReceivedUpload, UploadSource } from './upload-source.js';

const BY = { clientId: 'client', key: 'a key', deadlineMs: undefined };
const PRINT = 'ab'.repeat(32);

type Accepted = Parameters<SubmitParts['submissions']['accept']>[0];

/** A service whose fast tier has no time for anything. */
class Scene {
  readonly accepted: Accepted[] = [];
  readonly removed: string[] = [];
  readonly received: string[] = [];
  readonly deadlinesMs: number[] = [];
  timed = 0;
  earlier: StoredAnswer | undefined;

  submit(source: Partial<UploadSource> = {}) {
    const receive = (id: string): Promise<ReceivedUpload> => {
      this.received.push(id);
      const release = (): Promise<void> => Promise.resolve();
      const stored = { path: `/bytes/${id}`, sha256: Buffer.alloc(32), bytes: 5, settled: Promise.resolve(), release };
      return Promise.resolve({ stored, mediaType: 'image/png', fields: {} });
    };
    return new SubmitAsset(this.parts()).submit({ trafficClass: 'bulk', receive, ...source }, BY);
  }

  async problem(source: Partial<UploadSource>): Promise<Problem> {
    return this.submit(source).then(
      () => Promise.reject(new Error('nothing was refused')),
      (error: unknown) => error as Problem,
    );
  }

  private parts(): SubmitParts {
    return {
      files: {
        write: () => Promise.reject(new Error('sources write')),
        remove: (id) => {
          this.removed.push(id);
          return Promise.resolve();
        },
      },
      door: { pass: (_by, work) => work(() => undefined), takeCostly: () => undefined },
      sight: {
        tier: {
          classify: (_item, { deadlineMs }) => {
            this.deadlinesMs.push(deadlineMs);
            return Promise.reject(new ClassifierShed('too_late', 700));
          },
          model: { id: 'tiny/1.0.0', labels: [] } as never,
        },
        gate: { exact: () => undefined, perceptual: () => undefined, needsPerceptual: () => false },
        knowsBanks: () => true,
      },
      policies: { current: () => Promise.resolve({ version: 1, document: STARTING_POLICY }) },
      submissions: {
        accept: (submission) => {
          this.accepted.push(submission);
          return Promise.resolve('accepted');
        },
        storedAnswer: () => Promise.resolve(this.earlier),
      },
      metrics: {
        shed: () => undefined,
        provisionalDecided: () => undefined,
        uploadTook: () => void (this.timed += 1),
        bankHit: () => undefined,
      },
      limits: { assetBytesMax: 100, dueMs: 1_000, sloMs: 300, ifShed: 'accept' },
    };
  }
}

describe('an upload that the fast tier has no time for', () => {
  it('takes the policy’s default when its client waits for the answer', async () => {
    const scene = new Scene();
    const { answer } = await scene.submit();
    expect(answer.decision).toMatchObject({ source: 'default', verdict: 'block' });
    expect([scene.accepted.length, scene.removed, scene.timed]).toEqual([1, [], 1]);
    expect(scene.deadlinesMs[0]).toBeLessThanOrEqual(300);
  });

  it('waits when nobody does: nothing is stored, and it is told when to come again', async () => {
    const scene = new Scene();
    const { code, extra } = await scene.problem({ patienceMs: 10_000 });
    expect([code, extra.retryAfterMs]).toEqual(['overloaded', 700]);
    expect([scene.accepted, scene.removed, scene.timed]).toEqual([[], scene.received, 0]);
    expect(scene.deadlinesMs[0]).toBeGreaterThan(300);
  });
});

describe('a repetition that is known before its bytes are there', () => {
  it('receives the first answer, and nothing is read', async () => {
    const scene = new Scene();
    scene.earlier = { fingerprint: PRINT, answer: { id: 'first' }, erased: false };
    const { answer, replayed } = await scene.submit({ print: PRINT });
    expect([answer.id, replayed, scene.received]).toEqual(['first', true, []]);
  });

  it('is refused when it says something else under the same key', async () => {
    const scene = new Scene();
    scene.earlier = { fingerprint: 'another', answer: { id: 'first' }, erased: false };
    expect([(await scene.problem({ print: PRINT })).code, scene.received]).toEqual(['key-reused', []]);
  });

  it('is refused for good once what it brought has been erased', async () => {
    const scene = new Scene();
    scene.earlier = { fingerprint: PRINT, answer: { id: 'first' }, erased: true };
    expect([(await scene.problem({ print: PRINT })).code, scene.received]).toEqual(['erased', []]);
  });

  it('is stored under what it said the first time', async () => {
    const scene = new Scene();
    await scene.submit({ print: PRINT });
    expect(scene.accepted[0]?.idempotency).toMatchObject({ key: 'a key', fingerprint: PRINT });
  });
});
