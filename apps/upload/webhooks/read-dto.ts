import type { ClassConstructor } from 'class-transformer';

import { Problem } from '#contracts/problems.js';
import { validated } from '#service/problem.pipe.js';

import { isObject, readJsonBody } from '../assets/read-body.js';

/** The longest address there may be, twice over. */
const JSON_BYTES_MAX = 8_192;

/** A small JSON body as its DTO. @throws Problem `invalid-request` or `too-large` */
export async function readDto<T extends object>(dto: ClassConstructor<T>, body: unknown): Promise<T> {
  const plain = await readJsonBody(body, JSON_BYTES_MAX);
  if (!isObject(plain)) throw new Problem('invalid-request', 'The body must be a JSON object.');
  return validated(dto, plain);
}
