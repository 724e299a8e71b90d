import { join } from 'node:path';

import { createGenerator, DEFAULT_CONFIG } from 'ts-json-schema-generator';

import { asJson, isJsonObject, mapObjects, type Json, type JsonObject, type JsonSchema } from './json.js';
import { Undescribed } from './undescribed.js';

/** Members whose value is a time. */
const TIME = /(At|Until|Since)$|^(finalBy|timestamp)$/;

/**
 * Schemas of exported types of `libs/contracts`, by name, with those of all types that they are made of. Members that
 * nobody names may come later: no schema forbids them.
 *
 * @param root of the repository
 * @throws Undescribed for a type that is not there
 */
export function answerSchemas(root: string, types: readonly string[]): Record<string, JsonSchema> {
  const generator = createGenerator({
    ...DEFAULT_CONFIG,
    path: join(root, 'libs/contracts/!(*.spec).ts'),
    tsconfig: join(root, 'tsconfig.json'),
    // `npm run check` has a step of its own for that
    skipTypeCheck: true,
    sortProps: false,
    encodeRefs: false,
  });
  const schemas: Record<string, JsonSchema> = {};
  for (const type of types) {
    let found: { readonly definitions?: object | undefined };
    try {
      found = generator.createSchema(type);
    } catch (cause) {
      throw new Undescribed(`${type} is no exported type of libs/contracts that JSON Schema can describe`, { cause });
    }
    for (const [name, schema] of Object.entries(asJson(found.definitions ?? {}))) {
      const changed = mapObjects(schema, (object) => withTimes(open(rerooted(object))));
      if (isJsonObject(changed)) schemas[plainName(name)] = changed;
    }
  }
  return schemas;
}

function rerooted(object: JsonObject): JsonObject {
  const { $ref, ...rest } = object;
  if (typeof $ref !== 'string') return object;
  return { $ref: `#/components/schemas/${plainName($ref.replace('#/definitions/', ''))}`, ...rest };
}

/** Of `ClosedAnswer<Discard>`, `ClosedAnswer.Discard`: OpenAPI's names have no brackets. */
const plainName = (name: string): string => name.replace(/[^\w-]+/g, '.').replace(/\.$/, '');

function open(object: JsonObject): JsonObject {
  const { additionalProperties, ...rest } = object;
  return additionalProperties === false ? rest : object;
}

function withTimes(object: JsonObject): JsonObject {
  const { properties } = object;
  if (!isJsonObject(properties)) return object;
  const timed = Object.entries(properties).map(([name, property]): [string, Json] => {
    const isTime = TIME.test(name) && isJsonObject(property) && [property['type']].flat().includes('string');
    return [name, isTime ? { ...property, format: 'date-time' } : property];
  });
  return { ...object, properties: Object.fromEntries(timed) };
}
