import { randomBytes } from 'node:crypto';

import { uuidv7 } from 'uuidv7';

import { Problem } from '#contracts/problems.js';
import type { EndpointAnswer, NewEndpointAnswer } from '#contracts/webhook-answer.js';
import type { EndpointBody, EndpointChangeBody } from '#contracts/webhook-body.js';
import type { Held, WebhookStore } from '#persistence/webhook-store.js';

import { checkEndpointUrl, type EndpointRules } from './check-endpoint-url.js';
import { presentEndpoint } from './present-endpoint.js';

/** Each event of a client is sent to every one of them. */
const ENDPOINTS_MAX = 20;
/** How long a secret that was replaced is still signed with: time to exchange it at every receiver. */
const OVERLAP_MS = 86_400_000;
/** 256 bits, as long as the signature is. */
const SECRET_BYTES = 32;

/** A client's endpoints: made, looked at, changed, given a new secret, removed. */
export class KeepEndpoints {
  constructor(
    private readonly webhooks: WebhookStore,
    private readonly rules: EndpointRules,
  ) {}

  /** @throws Problem `invalid-request`, `conflict` when there are enough, or an admin has disabled one at this address */
  async create(clientId: string, { url, types }: EndpointBody): Promise<NewEndpointAnswer> {
    await this.mustBeFree(clientId, url);
    const secret = newSecret();
    const made = await this.webhooks.create({ id: uuidv7(), clientId, url, types, secret }, ENDPOINTS_MAX);
    if (made === undefined) throw new Problem('conflict', `You have ${ENDPOINTS_MAX} endpoints already.`);
    return { ...presentEndpoint(made), secret };
  }

  async list(clientId: string): Promise<EndpointAnswer[]> {
    return (await this.webhooks.list(clientId)).map(presentEndpoint);
  }

  /** @throws Problem `not-found` */
  async read(clientId: string, id: string): Promise<EndpointAnswer> {
    return presentEndpoint(found(await this.webhooks.find(clientId, id)));
  }

  /** @throws Problem `invalid-request`, `not-found`, `conflict` for what an admin has disabled */
  async change(clientId: string, id: string, { url, types, state }: EndpointChangeBody): Promise<EndpointAnswer> {
    if (url !== undefined) await this.mustBeFree(clientId, url, id);
    return presentEndpoint(found(await this.webhooks.change(clientId, id, { url, types, state })));
  }

  /** @throws Problem `not-found` */
  async rotate(clientId: string, id: string): Promise<NewEndpointAnswer> {
    const secret = newSecret();
    return { ...presentEndpoint(found(await this.webhooks.rotate(clientId, id, secret, OVERLAP_MS))), secret };
  }

  /** @throws Problem `not-found`, `conflict` for what an admin has disabled */
  async remove(clientId: string, id: string): Promise<void> {
    found(await this.webhooks.remove(clientId, id));
  }

  /** That events may be sent there, and that another endpoint there is not held by an admin. */
  private async mustBeFree(clientId: string, url: string, id?: string): Promise<void> {
    await checkEndpointUrl(url, this.rules);
    const others = (await this.webhooks.list(clientId)).filter((one) => one.id !== id);
    if (others.some((one) => one.disabledWhy === 'by_admin' && placeOf(one.url) === placeOf(url))) throw isHeld();
  }
}

/** What of an address is the same, whatever it is asked. */
const placeOf = (url: string): string => new URL(url).origin + new URL(url).pathname;

/** As Standard Webhooks 1.0 writes symmetric secrets. */
const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

export const noEndpoint = (): Problem => new Problem('not-found', 'You have no endpoint with this id.');

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
