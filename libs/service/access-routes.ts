import { RequestMethod, type INestApplicationContext } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

import { ACCESS, type AccessRule } from './access-rule.js';

/** A route of a service, as Nest has it. */
export interface Route {
  /** Such as `POST`. */
  readonly method: string;
  /** Such as `/api/reviews/:id`. */
  readonly path: string;
  /** Such as `ReviewsController.read`. */
  readonly name: string;
  /** Undefined: it declares nothing. */
  readonly rule: AccessRule | 'open' | undefined;
  readonly handler: object;
}

/** Every route of a service, out of the metadata that it runs by. */
export function routesOf(app: INestApplicationContext): Route[] {
  const modules = [...app.get(ModulesContainer).values()];
  return modules.flatMap(({ controllers }) =>
    [...controllers.values()].flatMap(({ metatype }) => (typeof metatype === 'function' ? routesIn(metatype) : [])),
  );
}

/** @throws Error naming every route that does not declare who may call it */
export function requireAccess(app: INestApplicationContext): void {
  const forgotten = routesOf(app).filter(({ rule }) => rule === undefined);
  if (forgotten.length === 0) return;
  throw new Error(`no @Access and no @Open: ${forgotten.map(({ name }) => name).join(', ')}`);
}

function routesIn(controller: NewableFunction): Route[] {
  const prototype: unknown = Reflect.get(controller, 'prototype');
  if (typeof prototype !== 'object' || prototype === null) return [];
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler: unknown = Reflect.get(prototype, name);
    const path = typeof handler === 'function' ? pathOf(handler) : undefined;
    if (typeof handler !== 'function' || path === undefined) return [];
    const method: unknown = Reflect.getMetadata('method', handler);
    const rule = ruleIn(handler) ?? ruleIn(controller);
    return [
      {
        method: RequestMethod[typeof method === 'number' ? method : RequestMethod.GET] ?? '',
        path: `/${[pathOf(controller) ?? '', path]
          .map((part) => part.replace(/^\/+|\/+$/g, ''))
          .filter(Boolean)
          .join('/')}`,
        name: `${controller.name}.${name}`,
        rule,
        handler,
      },
    ];
  });
}

function pathOf(target: object): string | undefined {
  const path: unknown = Reflect.getMetadata('path', target);
  return typeof path === 'string' ? path : undefined;
}

const ruleIn = (target: object): AccessRule | 'open' | undefined =>
  Reflect.getMetadata(ACCESS, target) as AccessRule | 'open' | undefined;
