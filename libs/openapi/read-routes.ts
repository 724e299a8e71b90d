import { RequestMethod, type Type } from '@nestjs/common';
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  PARAMTYPES_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';

import { ACCESS, type AccessRule } from '#service/access-rule.js';

import { Undescribed } from './undescribed.js';

export type RequestClass = Type<object>;

/** A route as its controller's decorators have it. */
export interface Route {
  /** `AssetsController.submit`. */
  readonly handler: string;
  readonly verb: string;
  /** `/v1/assets/{id}`. */
  readonly path: string;
  /** Unless the handler sets another. */
  readonly status: number;
  readonly access: AccessRule | 'open';
  readonly query: RequestClass | undefined;
  readonly body: RequestClass | undefined;
}

/** Every route of some controllers. @throws Undescribed for a route that nobody may call */
export function readRoutes(controllers: readonly Type[]): Route[] {
  return controllers.flatMap((controller) => {
    const bases = texts(Reflect.getMetadata(PATH_METADATA, controller));
    const methods = Object.getOwnPropertyNames(controller.prototype).filter((name) => isHandler(controller, name));
    return methods.flatMap((name) => bases.map((base) => readRoute(controller, name, base)));
  });
}

function readRoute(controller: Type, name: string, base: string): Route {
  const handler = methodOf(controller, name);
  if (handler === undefined) throw new Error(`${controller.name} has no method ${name}`);
  const verb = RequestMethod[numberOr(Reflect.getMetadata(METHOD_METADATA, handler), RequestMethod.GET)] ?? '';
  const [path = '/'] = texts(Reflect.getMetadata(PATH_METADATA, handler));
  const steps = [base, path].flatMap((part) => part.split('/')).filter((step) => step !== '');
  const usual: number = verb === 'POST' ? 201 : 200;
  return {
    handler: `${controller.name}.${name}`,
    verb: verb.toLowerCase(),
    path: `/${steps.map((step) => (step.startsWith(':') ? `{${step.slice(1)}}` : step)).join('/')}`,
    status: numberOr(Reflect.getMetadata(HTTP_CODE_METADATA, handler), usual),
    access: accessOf(controller, handler, name),
    query: classOf(controller, name, RouteParamtypes.QUERY),
    body: classOf(controller, name, RouteParamtypes.BODY),
  };
}

function isHandler(controller: Type, name: string): boolean {
  const method = methodOf(controller, name);
  return name !== 'constructor' && method !== undefined && Reflect.hasMetadata(PATH_METADATA, method);
}

function methodOf(controller: Type, name: string): object | undefined {
  const prototype: unknown = controller.prototype;
  const method: unknown =
    typeof prototype === 'object' && prototype !== null ? Reflect.get(prototype, name) : undefined;
  return typeof method === 'function' ? method : undefined;
}

function accessOf(controller: Type, handler: object, name: string): AccessRule | 'open' {
  const rule: unknown = Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller);
  if (rule === 'open') return rule;
  if (!isAccessRule(rule))
    throw new Undescribed(`${controller.name}.${name} is closed to everybody: say @Access or @Open`);
  return rule;
}

const isAccessRule = (rule: unknown): rule is AccessRule =>
  typeof rule === 'object' && rule !== null && 'roles' in rule && Array.isArray(rule.roles);

/** The class of what a handler takes as a whole, as `@Query() query: AssetQuery`. */
function classOf(controller: Type, name: string, kind: RouteParamtypes): RequestClass | undefined {
  const taken: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name);
  const types: unknown = Reflect.getMetadata(PARAMTYPES_METADATA, controller.prototype as object, name);
  if (typeof taken !== 'object' || taken === null || !Array.isArray(types)) return undefined;
  for (const [key, argument] of Object.entries(taken)) {
    if (key.split(':')[0] !== String(kind)) continue;
    const { index, data } = argument as { readonly index: number; readonly data: unknown };
    const type: unknown = types[index];
    if (data === undefined && isClass(type)) return type;
  }
  return undefined;
}

const isClass = (type: unknown): type is RequestClass => typeof type === 'function' && type !== Object;

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

const texts = (value: unknown): string[] => [value].flat().filter((one) => typeof one === 'string');
