import 'reflect-metadata';
import { it } from '@jest/globals';
import { problemPipe, validated } from './problem.pipe.js';
import { AssetQuery } from '#contracts/asset-query.js';
import { SubmissionFields } from '#contracts/submission-fields.js';
it('probe', async () => {
  const out: unknown[] = [];
  const short = (e: unknown) => e instanceof Error ? `${e.constructor.name} ${e.message.slice(0,80)} ${JSON.stringify((e as any).extra)?.slice(0,300)}` : e;
  for (const v of [null, 5, 'x', [], [{}], [1], {}, {limit:'0', x:1, served:'no'}, {limit:'5',cursor:'01890a5d-ac96-774b-bcce-b302099a8057'}, {cursor:'018'}, {receivedFrom:'1'}, {receivedFrom:'-200000-01-01T00:00:00Z'}, {receivedFrom:['2020','2021']}, {limit:['5','6']}, {limit: ['5']}, {limit:null}, {limit:''}, {limit:' '}, {limit:'1e1'}, {limit:'0x10'}, {served:null}, {served:['true']}, {stage:['final']},{externalId:{toString:1}}, JSON.parse('{"__proto__":"x","constructor":"y"}'), {receivedFrom:'2026-01-31T12:00'}, {receivedFrom:''}, {receivedFrom:null}]) {
    try { out.push([v, await problemPipe().transform(v, { type: 'query', metatype: AssetQuery })]); } catch (e) { out.push([v, 'ERR', short(e)]); }
  }
  for (const v of [{metadata:{constructor:'Ferrari', a:1}}, {metadata:JSON.parse('{"__proto__":"x","a":2}')}, {metadata: JSON.parse('{"__proto__":{"polluted":1},"a":2}')},{metadata:{then:'x'}}, {metadata:{length:3}},{metadata:{0:'a',size:3}},{metadata:{get:'x',has:'y'}}, {metadata:null}, {constructor:'x'}, {metadata: {a:[1]}}, {metadata:new Map()}, {externalId:'a\u0000'}, {'a/b~c':1}, {toString:'x'}, {hasOwnProperty:'x'}, {metadata:{toString:'x', hasOwnProperty:'y', valueOf:'z'}}]) {
    try { out.push([v, validated(SubmissionFields, v)]); } catch (e) { out.push([v, 'ERR', short(e)]); }
  }
  for (const d of [500, 2000, 5000, 8000]) {
    try { out.push([d, validated(SubmissionFields, {metadata: JSON.parse('['.repeat(d)+']'.repeat(d))})]); } catch (e) { out.push([d, 'ERR', short(e)]); }
    try { out.push([d, validated(SubmissionFields, {metadata: JSON.parse('{"a":'.repeat(d/3|0)+'1'+'}'.repeat(d/3|0))})]); } catch (e) { out.push([d, 'ERR', short(e)]); }
  }
  const { inspect } = await import('node:util');
  for (const o of out) process.stdout.write(inspect(o, {depth: 4, breakLength: 300}).slice(0,500) + '\n');
});
