import { SetMetadata } from '@nestjs/common';
import type { INestApplicationContext } from '@nestjs/common';

import type { SubjectType } from '#persistence/audit-subjects.js';
import { routesOf } from '#service/access-routes.js';

import { isUnsafe } from '../sign-in/refuse-foreign.js';

/** How what a route does is written down. */
export interface ActRule {
  /** `<noun>.<verb>` */
  readonly act: string;
  readonly subject: SubjectType;
  /** The part of the path with the subject's id; left out: `id`, where there is one and nothing is made. */
  readonly param?: string;
  /** Where the answer has the id of what is made. */
  readonly made?: readonly string[];
  /** Fields of the body to keep. Never what people write about an asset, and never a secret. */
  readonly asked?: readonly string[];
  /** Fields of the answer to keep. */
  readonly came?: readonly string[];
  /** Fields to keep of each item of a list in the answer, by the name of the list. */
  readonly cameOfEach?: Readonly<Record<string, readonly string[]>>;
}

/** The name of the metadata that `@Act` and `@NoAct` leave on a method. */
export const ACT = 'portcullis:act';

/** Has what a route does written into the audit, in the transaction that does it. */
export const Act = (rule: ActRule): MethodDecorator => SetMetadata(ACT, rule);

/** A route that writes itself down, or changes nothing although its method may. @param why for whoever reads the code */
export const NoAct = (why: 'writes itself down' | 'reads only'): MethodDecorator => SetMetadata(ACT, why);

/** @throws Error naming every route that may change something and does not say how that is written down */
export function requireActs(app: INestApplicationContext): void {
  const forgotten = routesOf(app).filter((route) => isUnsafe(route) && !Reflect.hasMetadata(ACT, route.handler));
  if (forgotten.length === 0) return;
  throw new Error(`no @Act and no @NoAct: ${forgotten.map(({ name }) => name).join(', ')}`);
}
