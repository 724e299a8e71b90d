import type { InvitedPersonAnswer } from '#contracts/person-answer.js';
import type { PersonRole } from '#contracts/access.js';
import { drawSample } from '#imaging/draw-samples.js';
import { STARTING_POLICY, type PolicyDocument } from '#moderation/policy.js';
import { PersonStore } from '#persistence/person-store.js';
import { SessionStore } from '#persistence/session-store.js';
import { Passwords } from '#service/passwords.js';
import { cliActs } from '../../apps/cli/acting.js';
import { bootstrapAdmin } from '../../apps/cli/up/bootstrap-admin.js';
import { newToken } from '../../apps/console/sign-in/session-cookie.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { browserAt, type Browser } from '../support/signed-in.js';
import type { Environment, TestService } from '../support/test-service.js';

const LATE_BLOCK_TRIES = 10;
const SIDE = { width: 320, height: 240 };
const clear = { clearBelow: 1, blockFrom: 1 };
const unsure = { clearBelow: 0, blockFrom: 1 };
const sure = { clearBelow: 0, blockFrom: 0 };
const { thresholds } = STARTING_POLICY;

/** The fast tier clears everything; the heavy tier leaves everything to a human, or blocks everything once it was asked. */
const policy = (heavy: typeof clear): PolicyDocument => ({
  ...STARTING_POLICY,
  thresholds: {
    'sexual.explicit': { fast: clear, heavy },
    'sexual.explicit.drawn': { ...thresholds['sexual.explicit.drawn'], fast: clear },
    'sexual.suggestive': { ...thresholds['sexual.suggestive'], fast: clear },
  },
  transitions: {
    ...STARTING_POLICY.transitions,
    late_block: { ...STARTING_POLICY.transitions.late_block, 'sexual.explicit': { do: 'ask' } },
  },
});

export interface DeskOptions {
  /** Pages of people only: nothing is uploaded or labelled. */
  readonly consoleOnly?: boolean;
  readonly settings?: Environment;
  /** Left out: the fast tier clears everything, and the heavy tier leaves everything to a human. */
  readonly policy?: PolicyDocument;
}

export const PASSWORD = 'quiet harbour at dawn';

/** Somebody who can sign in with `PASSWORD`. */
export interface Colleague {
  readonly name: string;
  readonly displayName: string;
}

/** Somebody who is signed in, and with which token. */
export interface SignedInPerson {
  readonly name: string;
  readonly token: string;
}

const SESSION_LIMITS = { absoluteMs: 3_600_000, idleMs: 3_600_000 };

/** The whole product with a console, real images, and people. */
export class ModerationDesk {
  private constructor(
    readonly product: Product,
    readonly console: TestService,
    /** Printed once by the first start. */
    readonly firstPassword: string,
    private readonly admin: Browser,
  ) {}

  /** Starts it all; nothing waits for a human yet. */
  static async open({ consoleOnly = false, settings = {}, policy: own }: DeskOptions = {}): Promise<ModerationDesk> {
    const product = await Product.open({ policy: own ?? policy(unsure), settings });
    const console = product.another('console');
    const { oneTimePassword = '' } = await bootstrapAdmin(cliActs(product.database));
    const labelling = consoleOnly ? [] : [product.upload, product.batch()];
    await Promise.all([console, ...labelling].map((service) => service.start())).catch(async (error: unknown) => {
      await product.close();
      throw error;
    });
    return new ModerationDesk(
      product,
      console,
      oneTimePassword,
      browserAt(() => console.url),
    );
  }

  get url(): string {
    return this.console.url;
  }

  /** Uploads different images, and waits until each is a human's. @returns their ids */
  async bring(count: number, first: number, fields: Readonly<Record<string, string>> = {}): Promise<string[]> {
    const ids: string[] = [];
    for (let index = first; index < first + count; index += 1) {
      const { bytes } = await drawSample(index, SIDE);
      ids.push(await this.product.client.submit(bytes, { fields }));
    }
    await eventually(
      'each waits for a human',
      async () => (await this.product.count(`review WHERE asset_id = ANY($1)`, [ids])) === ids.length,
    );
    return ids;
  }

  /** The case of one more image. */
  async bringOne(index: number, fields: Readonly<Record<string, string>>): Promise<string> {
    const [assetId] = await this.bring(1, index, fields);
    const [found] = await this.product.rows<{ id: string }>(`SELECT id FROM review WHERE asset_id = $1`, [assetId]);
    return found?.id ?? '';
  }

  /** Uploads until one was served that the heavy tier would block: services follow a policy a moment later. */
  async bringLateBlock(first: number): Promise<void> {
    for (let index = first; index < first + LATE_BLOCK_TRIES; index += 1) {
      const ids = await this.bring(1, index);
      const found = await this.product.count(
        `decision WHERE asset_id = ANY($1) AND stage = 'final' AND band = 'violating'`,
        [ids],
      );
      if (found > 0) return;
    }
    throw new Error('the heavy tier does not follow the new policy');
  }

  /** From now on the heavy tier would block what the fast one allowed. */
  async turnStrict(): Promise<void> {
    await this.product.publish(policy(sure));
  }

  /** The first admin chooses `PASSWORD`. */
  async welcomeAdmin(): Promise<Colleague> {
    const { firstPassword: current } = this;
    await this.admin.ask('POST', '/api/session', { name: 'admin', password: current });
    await this.admin.ask('POST', '/api/session/password', { current, next: PASSWORD });
    return { name: 'admin', displayName: 'First admin' };
  }

  /** Somebody's own browser without pages, signed in. */
  async browserOf({ name }: Colleague): Promise<Browser> {
    const own = browserAt(() => this.url);
    const { status } = await own.ask('POST', '/api/session', { name, password: PASSWORD });
    if (status !== 200) throw new Error(`${name} could not sign in: ${status}`);
    return own;
  }

  /** Waits until nobody works on a case: pages give theirs back as they go, and nobody waits for that. */
  async allGivenBack(): Promise<void> {
    await eventually('every case is given back', async () => {
      return (await this.product.count(`review WHERE state = 'claimed'`)) === 0;
    });
  }

  /** Makes somebody, as the admin, who has chosen `PASSWORD` by now. */
  async invite(displayName: string, role: PersonRole): Promise<Colleague> {
    if (this.admin.cookie === '') await this.admin.ask('POST', '/api/session', { name: 'admin', password: PASSWORD });
    const name = `${displayName.toLowerCase()}@example.org`;
    const { body } = await this.admin.ask<InvitedPersonAnswer>('POST', '/api/persons', { name, displayName, role });
    const own = browserAt(() => this.url);
    await own.ask('POST', '/api/session', { name, password: body.oneTimePassword });
    const { status } = await own.ask('POST', '/api/session/password', {
      current: body.oneTimePassword,
      next: PASSWORD,
    });
    if (status !== 204) throw new Error(`${displayName} could not choose a password: ${status}`);
    return { name, displayName };
  }

  /** Makes people who are signed in, without anybody typing: moderators with `PASSWORD`. @returns their names and tokens */
  async crowd(count: number): Promise<SignedInPerson[]> {
    const { database } = this.product;
    const [persons, sessions] = [new PersonStore(database), new SessionStore(database, SESSION_LIMITS)];
    const passwordHash = await new Passwords().hash(PASSWORD);
    const people: SignedInPerson[] = [];
    for (let index = 0; index < count; index += 1) {
      const name = `person-${index}@example.org`;
      const common = { displayName: `Person ${index}`, role: 'moderator', passwordHash, createdBy: 'test' } as const;
      const person = await persons.create({ ...common, name, passwordUntil: null });
      const token = newToken();
      await sessions.create({ personId: person?.id ?? '', passwordHash, token, agent: 'test' });
      people.push({ name, token });
    }
    return people;
  }

  close(): Promise<void> {
    return this.product.close();
  }
}
