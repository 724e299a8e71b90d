import { getMetadataStorage } from 'class-validator';

import { isJsonObject, type Json, type JsonObject, type JsonSchema } from './json.js';
import type { RequestClass } from './read-routes.js';
import { Undescribed } from './undescribed.js';

/** What a class or one of its properties is, in words; undefined where its source does not say. */
export type DocOf = (type: string, property?: string) => string | undefined;

/** One rule of a property, as class-validator keeps it. */
type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** Where something may be left out, or is let through as it is. */
const CONDITIONS = ['isOptional', 'conditionalValidation'];
const ANYTHING = 'whitelistValidation';
const NESTED = 'nestedValidation';

/** What each rule of class-validator that we use says as JSON Schema. */
const FRAGMENTS: Readonly<Record<string, (constraints: readonly Json[]) => JsonSchema>> = {
  isIn: ([values = []]) => ({ type: 'string', enum: values }),
  isBoolean: () => ({ type: 'boolean' }),
  isString: () => ({ type: 'string' }),
  isObject: () => ({ type: 'object' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  min: ([least = 0]) => ({ minimum: least }),
  max: ([most = 0]) => ({ maximum: most }),
  isDate: () => ({ type: 'string', format: 'date-time' }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  isArray: () => ({ type: 'array' }),
  arrayMinSize: ([least = 0]) => ({ type: 'array', minItems: least }),
  arrayMaxSize: ([most = 0]) => ({ type: 'array', maxItems: most }),
  arrayUnique: () => ({ uniqueItems: true }),
  maxLength: ([most = 0]) => ({ type: 'string', maxLength: most }),
};

/**
 * The schema of a class that a request is read into: its properties by their class-validator rules, and nothing else.
 * Rules of our own say theirs in their constraints, as `{ schema }`, with `mayMiss` where that may; `@ValidateNested` says in its
 * context which classes its objects may be of, as `{ parts }`.
 *
 * @throws Undescribed for a rule that says none
 */
export function requestSchema(type: RequestClass, docOf: DocOf): JsonSchema {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const defaults: Readonly<Record<string, unknown>> = { ...new type() };
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const name of names) {
    const own = rules.filter(({ propertyName }) => propertyName === name);
    const description = docOf(type.name, name);
    const otherwise = defaults[name];
    properties[name] = {
      ...propertySchema(own, `${type.name}.${name}`, docOf),
      ...(isDefault(otherwise) ? { default: otherwise } : {}),
      ...(description === undefined ? {} : { description }),
    };
    if (otherwise === undefined && !own.some((rule) => isCondition(rule) || mayMiss(rule))) required.push(name);
  }
  const description = docOf(type.name);
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function propertySchema(rules: readonly Rule[], where: string, docOf: DocOf): JsonSchema {
  let whole: JsonSchema = {};
  let items: JsonSchema = {};
  for (const rule of rules) {
    if (isCondition(rule) || rule.type === ANYTHING) continue;
    const fragment = rule.type === NESTED ? nestedSchema(rule, where, docOf) : fragmentOf(rule, where);
    if (rule.each) items = both(items, fragment);
    else whole = both(whole, fragment);
  }
  return Object.keys(items).length > 0 ? { ...whole, type: 'array', items } : whole;
}

/** What holds for one rule and for another; of patterns each stays. */
function both(one: JsonSchema, other: JsonSchema): JsonSchema {
  const { pattern } = other;
  if (pattern === undefined || one['pattern'] === undefined) return { ...one, ...other };
  const before: readonly Json[] = Array.isArray(one['allOf']) ? one['allOf'] : [];
  return { ...one, ...other, pattern: one['pattern'], allOf: [...before, { pattern }] };
}

/** @throws Undescribed where the rule does not say of which classes its objects are */
function nestedSchema({ context }: Rule, where: string, docOf: DocOf): JsonSchema {
  const said: unknown = context;
  if (!isNested(said)) throw new Undescribed(`${where}: nobody says of which classes its objects are`);
  const [first = {}, ...others] = said.parts().map((type) => requestSchema(type, docOf));
  return others.length === 0 ? first : { anyOf: [first, ...others] };
}

const isNested = (said: unknown): said is { parts(): readonly RequestClass[] } =>
  typeof said === 'object' && said !== null && 'parts' in said && typeof said.parts === 'function';

/** A rule of ours without any has none at all, whatever its type says. */
function constraintsOf({ constraints }: Rule): readonly Json[] {
  const said: readonly Json[] = Array.isArray(constraints) ? constraints : [];
  return said;
}

const mayMiss = (rule: Rule): boolean =>
  constraintsOf(rule).some((constraint) => isJsonObject(constraint) && constraint['mayMiss'] === true);

function fragmentOf(rule: Rule, where: string): JsonSchema {
  const { name = '' } = rule;
  const said = constraintsOf(rule);
  const own = said
    .map((constraint) => (isJsonObject(constraint) ? constraint['schema'] : undefined))
    .find(isJsonObject);
  const fragment = own ?? (name === 'matches' ? patternSchema(rule) : FRAGMENTS[name]?.(said));
  if (fragment === undefined) throw new Undescribed(`${where}: nobody says what the rule "${name}" is as JSON Schema`);
  return fragment;
}

/** JSON Schema's patterns tell capitals apart: an expression that does not says nothing there. */
function patternSchema({ constraints }: Rule): JsonSchema {
  const said: readonly unknown[] = constraints;
  const [expression] = said;
  const isSayable = expression instanceof RegExp && !expression.ignoreCase;
  return { type: 'string', ...(isSayable ? { pattern: expression.source } : {}) };
}

const isCondition = ({ name = '', type }: Rule): boolean => CONDITIONS.includes(name) || CONDITIONS.includes(type);

const isDefault = (value: unknown): value is Json =>
  ['string', 'number', 'boolean'].includes(typeof value) || (Array.isArray(value) && value.length === 0);

/** The properties of a request class as parameters of a query. Lists come with commas between. */
export function queryParameters(schema: JsonSchema): JsonObject[] {
  const { properties, required = [] } = schema;
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).map(([name, property]) => {
    if (!isJsonObject(property)) throw new Error(`${name} has no schema`);
    const { description, ...rest } = property;
    return {
      name,
      in: 'query',
      ...(Array.isArray(required) && required.includes(name) ? { required: true } : {}),
      ...(description === undefined ? {} : { description }),
      ...(rest['type'] === 'array' ? { style: 'form', explode: false } : {}),
      schema: rest,
    };
  });
}
