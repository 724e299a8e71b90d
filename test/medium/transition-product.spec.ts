import 'reflect-metadata';
import { beforeAll, expect, it } from '@jest/globals';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { STARTING_POLICY, STARTING_TRANSITIONS, type PolicyDocument, type TransitionRule } from '#moderation/policy.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';
import type { Product } from '../support/product.js';
import type { TestService } from '../support/test-service.js';

/** The fast tier clears everything, the heavy tier finds everything explicit. */
const policyOf = (rule: TransitionRule): PolicyDocument => {
  const clear = { clearBelow: 1, blockFrom: 1 };
  const { thresholds } = STARTING_POLICY;
  return {
    ...STARTING_POLICY,
    thresholds: {
      'sexual.explicit': { fast: clear, heavy: { clearBelow: 0, blockFrom: 0 } },
      'sexual.explicit.drawn': { ...thresholds['sexual.explicit.drawn'], fast: clear },
      'sexual.suggestive': { ...thresholds['sexual.suggestive'], fast: clear },
    },
    transitions: {
      ...STARTING_TRANSITIONS,
      late_block: { ...STARTING_TRANSITIONS.late_block, 'sexual.explicit': rule },
    },
  };
};

const settings = { HEAVY_BATCH_SIZE: '2' };

describeProduct('a late block', { policy: policyOf({ do: 'apply' }), settings }, (given) => {
  let product: Product;
  let batch: TestService;
  let jpeg: Uint8Array;

  beforeAll(async () => {
    ({ product } = given);
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
    batch = product.batch();
    await product.upload.start();
  });

  it('brings forward what looks alike, and every asset has its final once', async () => {
    const fields = { uploaderId: 'user-9' };
    await Promise.all(Array.from({ length: 40 }, () => product.client.submit(jpeg, { fields })));
    await batch.start();
    await product.settled();
    await eventually('it is counted', async () => (await batch.metric('portcullis_hurried_total')) > 0);
    expect(await product.count(`reconciliation WHERE transition = 'late_block'`)).toBe(40);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
  });

  it('that the policy leaves to a human changes nothing for the client until then', async () => {
    const policyVersion = await product.publish(policyOf({ do: 'ask' }));
    const body = await eventually('both services go by the policy', async () => {
      const { body: answer } = await product.client.upload(jpeg);
      await product.settled();
      const { body: now } = await product.client.get<AssetAnswer>(`/v1/assets/${answer.id}`);
      return now.decision.policyVersion === policyVersion ? now : undefined;
    });
    expect(body).toMatchObject({ served: true, transition: 'needs_review' });
    const reasons = [{ code: 'violating', label: 'sexual.explicit' }, { code: 'awaits_moderator' }];
    expect(body.decision).toMatchObject({ verdict: 'review', band: 'violating', policyVersion, reasons });
    const rows = await product.count(`reconciliation WHERE transition = 'needs_review'`);
    const held = { transition: 'late_block', rule: 'ask', label: 'sexual.explicit' };
    // counted just after it was committed
    const counted = (): Promise<number> => batch.metric('portcullis_transitions_held_total', held);
    await eventually('all are counted', async () => (await counted()) === rows);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], pending: 0 });
  });
});
