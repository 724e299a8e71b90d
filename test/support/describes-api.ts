import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { PROBLEMS } from '#contracts/problems.js';
import { asJson, type JsonObject } from '#openapi/json.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const WRITE = 'npm run portcullis -- reference --write';

export interface DescribedService {
  readonly name: string;
  /** Of the committed document, from the root. */
  readonly path: string;
  readonly make: (root: string) => JsonObject;
  /** Where the problems of the service come from. */
  readonly raisers: readonly string[];
}

/** Holds the description of a service against what is committed, against OpenAPI, and against the service's sources. */
export function describesApi(service: DescribedService): void {
  let made: JsonObject;
  let text: string;

  describe(`the description of the ${service.name} service`, () => {
    beforeAll(() => {
      made = service.make(ROOT);
      text = `${JSON.stringify(made, null, 2)}\n`;
    });

    it(`is what ${service.path} says`, () => {
      expect(difference(readFileSync(path.join(ROOT, service.path), 'utf8'), text, service.path)).toBeUndefined();
    });

    it('is valid OpenAPI 3.1', async () => {
      const { valid, errors } = await new Validator().validate(asJson(made));
      expect(errors ?? []).toEqual([]);
      expect(valid).toBe(true);
    });

    it('has every problem that its sources raise on some route', () => {
      const raised = new Set(service.raisers.flatMap(raisedIn).filter((code) => code in PROBLEMS));
      const missing = [...raised].filter((code) => !text.includes(`#/components/examples/${code}"`));
      expect(missing).toEqual([]);
      expect(raised.size).toBeGreaterThan(10);
    });

    it('names no place of this machine', () => {
      expect(text).not.toContain(ROOT);
    });
  });
}

/** The first line that differs, and what to do; undefined where none does. */
function difference(committed: string, text: string, file: string): string | undefined {
  if (committed === text) return undefined;
  const [there, here] = [committed.split('\n'), text.split('\n')];
  const line = here.findIndex((one, at) => one !== there[at]);
  return `${file}:${line + 1} says ${there[line] ?? 'nothing'}, the code ${here[line] ?? 'nothing'}: run ${WRITE}`;
}

/** Codes of the problems that sources make by name. */
function raisedIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.spec)\.ts$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(path.join(ROOT, folder, file), 'utf8');
      return [...source.matchAll(/new Problem\(\s*'([a-z-]+)'/g)].map(([, code = '']) => code);
    });
}
