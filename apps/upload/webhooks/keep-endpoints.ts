import { randomBytes } from 'node:crypto';

import { uuidv7 } from 'uuidv7';

import { Problem } from '#contracts/problems.js';
import type { EndpointAnswer, NewEndpointAnswer } from '#contracts/webhook-answer.js';
import type { EndpointBody, EndpointChangeBody } from '#contracts/webhook-body.js';
import type { Endpoint, Held, WebhookStore } from '#persistence/webhook-store.js';

import { ClientSlots } from '../client-slots.js';
import { checkEndpointUrl, type EndpointRules } from './check-endpoint-url.js';
import { presentEndpoint } from './present-endpoint.js';

/** Each event of a client is sent to every one of them. */
const ENDPOINTS_MAX = 20;
/** Addresses that are looked at now: each may keep its names' servers, and us, waiting for seconds. */
const LOOKS_MAX = 32;
const RETRY_MS = 1_000;
/** How long a secret that was replaced is still signed with: time to exchange it at every receiver. */
const OVERLAP_MS = 86_400_000;
/** 256 bits, as long as the signature is. */
const SECRET_BYTES = 32;

/** A client's endpoints: made, looked at, changed, given a new secret, removed. */
export class KeepEndpoints {
  private readonly looks = new ClientSlots({
    ofAll: LOOKS_MAX,
    ofClient: LOOKS_MAX / 8,
    refusal: () =>
      new Problem('overloaded', 'Too many addresses are looked at now. Nothing has changed.', {
        retryAfterMs: RETRY_MS,
      }),
  });

  constructor(
    private readonly webhooks: Pick<WebhookStore, 'create' | 'list' | 'find' | 'change' | 'rotate' | 'remove'>,
    private readonly rules: EndpointRules,
  ) {}

  /**
   * @throws Problem `invalid-request`, `conflict` when there are enough, or an admin has disabled one at this address,
   *   `overloaded`
   */
  async create(clientId: string, { url, types }: EndpointBody): Promise<NewEndpointAnswer> {
    const own = await this.webhooks.list(clientId);
    if (own.length >= ENDPOINTS_MAX) throw enough();
    await this.mustBeFree(clientId, url, own);
    const secret = newSecret();
    const made = await this.webhooks.create({ id: uuidv7(), clientId, url, types, secret }, ENDPOINTS_MAX);
    if (made === undefined) throw enough();
    return { ...presentEndpoint(made), secret };
  }

  async list(clientId: string): Promise<EndpointAnswer[]> {
    return (await this.webhooks.list(clientId)).map(presentEndpoint);
  }

  /** @throws Problem `not-found` */
  async read(clientId: string, id: string): Promise<EndpointAnswer> {
    return presentEndpoint(found(await this.webhooks.find(clientId, id)));
  }

  /** @throws Problem `invalid-request`, `not-found`, `conflict` for what an admin has disabled, `overloaded` */
  async change(clientId: string, id: string, { url, types, state }: EndpointChangeBody): Promise<EndpointAnswer> {
    if (url !== undefined) {
      const own = await this.webhooks.list(clientId);
      if (!own.some((one) => one.id === id)) throw noEndpoint();
      const others = own.filter((one) => one.id !== id);
      await this.mustBeFree(clientId, url, others);
    }
    return presentEndpoint(found(await this.webhooks.change(clientId, id, { url, types, state })));
  }

  /**
   * @param force also where two secrets are in use: the older one, which receivers may still have, holds no more
   * @throws Problem `not-found`, `conflict` within the overlap: to repeat a rotation whose answer was lost would cut off the
   *   secret that receivers have
   */
  async rotate(clientId: string, id: string, force = false): Promise<NewEndpointAnswer> {
    const secret = newSecret();
    const rotated = await this.webhooks.rotate(clientId, id, secret, OVERLAP_MS, force);
    if (rotated === 'overlapping') throw isRotating();
    return { ...presentEndpoint(found(rotated)), secret };
  }

  /** @throws Problem `not-found`, `conflict` for what an admin has disabled */
  async remove(clientId: string, id: string): Promise<void> {
    found(await this.webhooks.remove(clientId, id));
  }

  /** That events may be sent there, and that another endpoint there is not held by an admin. */
  private async mustBeFree(clientId: string, url: string, others: readonly Endpoint[]): Promise<void> {
    await this.looks.hold(clientId, () => checkEndpointUrl(url, this.rules));
    if (others.some((one) => one.disabledWhy === 'by_admin' && placeOf(one.url) === placeOf(url))) throw isHeld();
  }
}

/** What of an address is the same, whatever it is asked. */
const placeOf = (url: string): string => new URL(url).origin + new URL(url).pathname;

/** As Standard Webhooks 1.0 writes symmetric secrets. */
const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

const enough = (): Problem => new Problem('conflict', `You have ${ENDPOINTS_MAX} endpoints already.`);

export const noEndpoint = (): Problem => new Problem('not-found', 'You have no endpoint with this id.');

const isRotating = (): Problem =>
  new Problem(
    'conflict',
    'Two secrets are in use until `oldSecretUntil`: a third would end the one your receivers may have. Come again then, or rotate with `?force=true`.',
  );

const isHeld = (): Problem =>
  new Problem(
    'conflict',
    'An admin of the service has disabled your endpoint at this address: only an admin ends that.',
  );

function found<T extends object | 'removed'>(outcome: T | Held | undefined): T {
  if (outcome === undefined) throw noEndpoint();
  if (outcome === 'held') throw isHeld();
  return outcome;
}
