/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 has them. */
export type JsonSchema = JsonObject;

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is left of a value on the wire. */
export const asJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

/** The same value with every object replaced, the inner ones first. */
export function mapObjects(value: Json, change: (object: JsonObject) => JsonObject): Json {
  if (Array.isArray(value)) return value.map((part: Json) => mapObjects(part, change));
  if (!isJsonObject(value)) return value;
  const parts = Object.entries(value).map(([name, part]) => [name, mapObjects(part, change)] as const);
  return change(Object.fromEntries(parts));
}

/** The same members in the order of their names. */
export const sorted = <T>(members: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** Where a named schema stands. */
export const schemaRef = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
