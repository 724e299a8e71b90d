import { describe, expect, it } from '@jest/globals';

import type { AssetAnswer, AssetPage, RevisionAnswer } from '../contracts/asset-answer.js';
import type { BulkAnswer, BulkPage, ItemProblem } from '../contracts/bulk-answer.js';
import type { AssetEventData, EventPayload } from '../contracts/event-payload.js';
import type { FieldFault, ProblemBody, ProblemCode as Code } from '../contracts/problems.js';
import type { SubmissionFields } from '../contracts/submission-fields.js';
import type { DeliveryAnswer, DeliveryPage, EndpointAnswer, NewEndpointAnswer } from '../contracts/webhook-answer.js';

import type { Asset, Page, Revision } from './answers.js';
import type { Batch, BatchError, BatchSummary } from './batch-answers.js';
import type * as Own from './event-answers.js';
import type { FieldFault as OwnFault } from './problem-error.js';
import type { ProblemCode } from './problem-errors.js';
import type { SubmitFields } from './submit.js';

type Into<A, B> = [A] extends [B] ? true : false;
/** Each can stand for the other. */
type Same<A, B> = Into<A, B> extends true ? Into<B, A> : false;

type Payload<T> = T extends { id: string } ? Omit<T, 'id'> : never;

/** Every line is checked by the compiler (`npm run check`); what differs is no `true` there. */
const CHECKED: {
  asset: Same<AssetAnswer, Asset>;
  assetPage: Same<AssetPage, Page<Asset>>;
  revision: Same<RevisionAnswer, Revision>;
  batch: Same<BulkAnswer, Batch>;
  batchPage: Same<BulkPage, Page<BatchSummary>>;
  batchError: Same<ItemProblem, BatchError['problem']>;
  event: Same<AssetEventData, Own.AssetEventData>;
  payload: Into<EventPayload, Payload<Own.WebhookEvent>>;
  endpoint: Same<EndpointAnswer, Own.Endpoint>;
  newEndpoint: Same<NewEndpointAnswer, Own.NewEndpoint>;
  delivery: Same<DeliveryAnswer, Own.Delivery>;
  deliveryPage: Same<DeliveryPage, Page<Own.Delivery>>;
  fault: Same<FieldFault, OwnFault>;
  code: Same<Code, ProblemCode>;
  problem: Into<ProblemBody['errors'], readonly OwnFault[] | undefined>;
  fields: Into<keyof SubmissionFields, keyof SubmitFields>;
} = {
  asset: true,
  assetPage: true,
  revision: true,
  batch: true,
  batchPage: true,
  batchError: true,
  event: true,
  payload: true,
  endpoint: true,
  newEndpoint: true,
  delivery: true,
  deliveryPage: true,
  fault: true,
  code: true,
  problem: true,
  fields: true,
};

describe('the types of this package', () => {
  it('are those of the contracts', () => {
    expect(Object.values(CHECKED).every(Boolean)).toBe(true);
  });
});
