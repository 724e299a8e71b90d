import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isJsonObject, mapObjects, type Json, type JsonObject } from '#openapi/json.js';

/** As much of an answer as a description says something about. */
export interface Described {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  /** Of JSON; undefined: it is not looked at. */
  readonly body?: Json | undefined;
}

const DOCS = path.resolve(import.meta.dirname, '../../docs');

/** A document of `docs`, held against what its service really answers. */
export class ApiDocument {
  /** Operations that were looked up. */
  readonly asked = new Set<string>();
  private readonly checker: Ajv2020;
  /** By schema: to compile one takes longer than to ask it. */
  private readonly checks = new Map<string, ValidateFunction>();

  private readonly document: JsonObject;

  private constructor(
    /** As it is committed. */
    readonly text: string,
  ) {
    this.document = JSON.parse(text) as JsonObject;
    this.checker = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(this.checker);
  }

  static read(name = 'openapi.json'): ApiDocument {
    return new ApiDocument(readFileSync(path.join(DOCS, name), 'utf8'));
  }

  /** Ids of all operations, or of those of some groups. */
  operations(tags?: readonly string[]): string[] {
    return Object.values(this.part('paths'))
      .flatMap((verbs) => (isJsonObject(verbs) ? Object.values(verbs) : []))
      .filter((operation) => tags === undefined || tags.some((tag) => isIn(tag, operation)))
      .map((operation) => textOf(operation, 'operationId'));
  }

  /** What an answer has that the document does not say, or says otherwise; empty where they agree. */
  faults(answer: Described): string[] {
    const where = `${answer.method} ${answer.path} ${answer.status}`;
    const operation = this.operation(answer.method, answer.path);
    if (operation === undefined) return [`${where}: no such operation`];
    this.asked.add(textOf(operation, 'operationId'));
    const responses = operation['responses'];
    const response = isJsonObject(responses) ? this.resolved(responses[String(answer.status)]) : undefined;
    if (response === undefined) return [`${where}: no such status`];
    const { content } = response;
    const type = (answer.contentType ?? '').split(';', 1)[0] ?? '';
    if (!isJsonObject(content)) return type === '' ? [] : [`${where}: a body of ${type}, and none is described`];
    const media = content[type];
    if (!isJsonObject(media)) return [`${where}: no ${type}, but ${Object.keys(content).join(', ')}`];
    if (!/\bjson$/.test(type) || answer.body === undefined) return [];
    return this.faultsOf(media['schema'], answer.body).map((fault) => `${where}: ${fault}`);
  }

  /** What a value has that a named schema does not allow. @param whole false: members may be left out */
  faultsOfSchema(name: string, value: Json, whole: boolean): string[] {
    const { schemas } = this.part('components');
    if (!isJsonObject(schemas) || !(name in schemas)) return [`there is no schema ${name}`];
    return this.faultsOf({ $ref: `#/components/schemas/${name}` }, value, whole);
  }

  private faultsOf(schema: Json | undefined, value: unknown, whole = true): string[] {
    if (!isJsonObject(schema)) return ['it has no schema'];
    const key = JSON.stringify([whole, schema]);
    const check = this.checks.get(key) ?? this.compiled(schema, whole);
    this.checks.set(key, check);
    if (check(value)) return [];
    return (check.errors ?? []).map(({ instancePath, message = '', params }) =>
      `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
    );
  }

  private compiled(schema: JsonObject, whole: boolean): ValidateFunction {
    const { schemas = {} } = this.part('components');
    const closed = mapObjects(schemas, (object) => (whole ? close(object) : loosen(close(object))));
    return this.checker.compile({ ...schema, components: { schemas: closed } });
  }

  private operation(method: string, address: string): JsonObject | undefined {
    const [bare = ''] = address.split('?', 1);
    const found = Object.entries(this.part('paths')).find(([template]) => {
      const pattern = template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+');
      return new RegExp(`^${pattern}$`).test(bare);
    })?.[1];
    const operation = isJsonObject(found) ? found[method.toLowerCase()] : undefined;
    return isJsonObject(operation) ? operation : undefined;
  }

  private resolved(response: Json | undefined): JsonObject | undefined {
    if (!isJsonObject(response)) return undefined;
    const name = typeof response['$ref'] === 'string' ? response['$ref'].split('/').at(-1) : undefined;
    if (name === undefined) return response;
    const { responses } = this.part('components');
    return isJsonObject(responses) ? this.resolved(responses[name]) : undefined;
  }

  private part(name: string): JsonObject {
    const part = this.document[name];
    if (!isJsonObject(part)) throw new Error(`the document has no ${name}`);
    return part;
  }
}

/** Readers must let pass what they do not know; here everything must be described. */
function close(schema: JsonObject): JsonObject {
  const isObject = isJsonObject(schema['properties']) && schema['type'] === 'object';
  return isObject ? { additionalProperties: false, ...schema } : schema;
}

function loosen({ required, ...schema }: JsonObject): JsonObject {
  return Array.isArray(required) ? schema : { ...schema, ...(required === undefined ? {} : { required }) };
}

function isIn(tag: string, operation: Json): boolean {
  const tags = isJsonObject(operation) ? operation['tags'] : undefined;
  return Array.isArray(tags) && tags.includes(tag);
}

function textOf(value: Json | undefined, member: string): string {
  const text = isJsonObject(value) ? value[member] : undefined;
  return typeof text === 'string' ? text : '';
}
