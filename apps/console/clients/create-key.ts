import { CLIENT_SCOPES, scopesOfPerson, type PersonRole } from '#contracts/access.js';
import type { NewKeyAnswer } from '#contracts/client-answer.js';
import { roleOf, type KeyBody } from '#contracts/key-body.js';
import { Problem } from '#contracts/problems.js';
import type { AccessStore } from '#persistence/access-store.js';
import type { ClientStore } from '#persistence/client-store.js';
import type { KeyStore } from '#persistence/key-store.js';
import { newSecret } from '#service/new-secret.js';

import { presentKey } from './present-client.js';
import { refusePastExpiry } from './refuse-past-expiry.js';

export interface CreateKeyParts {
  readonly clients: Pick<ClientStore, 'find'>;
  readonly keys: Pick<KeyStore, 'find'>;
  readonly access: Pick<AccessStore, 'addKey'>;
  readonly nowMs: () => number;
}

/** Makes a key for a client or for a person of the console. */
export class CreateKey {
  constructor(private readonly parts: CreateKeyParts) {}

  /** @throws Problem `invalid-request` for fields that do not go together */
  async create(body: KeyBody): Promise<NewKeyAnswer> {
    const { keys, access, nowMs } = this.parts;
    refusePastExpiry(body.expiresAt, nowMs());
    const secret = newSecret();
    const [role, { expiresAt = null }] = [roleOf(body), body];
    const owner = role === 'client' ? await this.ofClient(body) : ofPerson(role, body);
    const key = await keys.find(await access.addKey({ secret, role, expiresAt, ...owner }));
    if (key === undefined) throw new Error('a key that was written is not there');
    return { key: presentKey(key), secret };
  }

  private async ofClient({ client: name = '', holder = name, scopes = [...CLIENT_SCOPES] }: KeyBody) {
    const client = await this.parts.clients.find({ name });
    if (client === undefined) throw fault('/client', 'must be the name of a client');
    if (scopes.length === 0) throw fault('/scopes', 'must name a scope');
    if (scopes.includes('admin')) throw fault('/scopes', 'must not have `admin`: that is for keys of admins');
    return { clientId: client.id, holder, scopes };
  }
}

function ofPerson(role: PersonRole, { client, holder = '', scopes: asked = [] }: KeyBody) {
  if (client !== undefined) throw fault('/client', 'must be left out: this role has no client');
  const scopes = scopesOfPerson(role);
  const beyond = asked.find((scope) => !scopes.includes(scope));
  if (beyond !== undefined) throw fault('/scopes', `must not have \`${beyond}\`: this role has ${scopes[0] ?? 'none'}`);
  return { clientId: null, holder, scopes };
}

const fault = (pointer: string, detail: string): Problem =>
  new Problem('invalid-request', 'Some fields are wrong; `errors` names them.', { errors: [{ pointer, detail }] });
