import 'reflect-metadata';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';

import { PROBLEMS } from '#contracts/problems.js';
import { asJson, type JsonObject } from '#openapi/json.js';

import { uploadApi } from './upload-api.js';

const ROOT = join(import.meta.dirname, '../../..');
const WRITE = 'npm run portcullis -- reference --write';
/** Where problems of the upload service come from. */
const RAISERS = ['apps/upload', 'libs/service', 'libs/inference'];

let made: JsonObject;
let text: string;
beforeAll(() => {
  made = uploadApi(ROOT);
  text = `${JSON.stringify(made, null, 2)}\n`;
});

/** The first line that differs, and what to do; undefined where none does. */
function difference(committed: string): string | undefined {
  if (committed === text) return undefined;
  const [there, here] = [committed.split('\n'), text.split('\n')];
  const line = here.findIndex((one, at) => one !== there[at]);
  return `docs/openapi.json:${line + 1} says ${there[line] ?? 'nothing'}, the code ${here[line] ?? 'nothing'}: run ${WRITE}`;
}

/** Codes of the problems that sources make by name. */
function raisedIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.spec)\.ts$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(join(ROOT, folder, file), 'utf8');
      return [...source.matchAll(/new Problem\(\s*'([a-z-]+)'/g)].map(([, code = '']) => code);
    });
}

describe('the description of the upload service', () => {
  it('is what docs/openapi.json says', () => {
    expect(difference(readFileSync(join(ROOT, 'docs/openapi.json'), 'utf8'))).toBeUndefined();
  });

  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(asJson(made));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('has every problem that its sources raise on some route', () => {
    const raised = new Set(RAISERS.flatMap(raisedIn).filter((code) => code in PROBLEMS));
    const missing = [...raised].filter((code) => !text.includes(`#/components/examples/${code}"`));
    expect(missing).toEqual([]);
    expect(raised.size).toBeGreaterThan(10);
  });

  it('names no place of this machine', () => {
    expect(text).not.toContain(ROOT);
  });
});
