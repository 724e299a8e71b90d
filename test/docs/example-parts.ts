import { examplesOf, type Example } from './example-blocks.js';

/** What programs take for given: functions of their readers, and who tries a receiver. By what they say. */
const PARTS: readonly { readonly says: RegExp; readonly before: string; readonly after: string }[] = [
  {
    says: /\bshowOrHide\(/,
    before:
      'let shown: [string, number, boolean] | undefined;\nasync function showOrHide(...asset: [string, number, boolean]) { shown = asset; }',
    after: '',
  },
  {
    says: /app\.post\('\/hooks'/,
    before: '',
    after: `
const sender = new (await import('standardwebhooks')).Webhook(process.env.PORTCULLIS_WEBHOOK_SECRET!);
const event = { type: 'asset.final', timestamp: '', data: { assetId: 'a', sequence: 2, current: { served: false } } };
const server = app.listen(0, async () => {
  const { port } = server.address() as { port: number };
  const text = JSON.stringify(event);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'one',
    'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
    'webhook-signature': sender.sign('one', new Date(), text),
  };
  const post = (body: string) => fetch(\`http://127.0.0.1:\${port}/hooks\`, { method: 'POST', headers, body });
  const [good, bad] = [await post(text), await post(text.replace('2', '3'))];
  if (good.status !== 204 || bad.status !== 400 || shown?.join() !== 'a,2,false') {
    throw new Error(\`\${good.status} \${bad.status} \${shown}\`);
  }
  server.close();
});
`,
  },
];

/**
 * An example as a program: with the examples of its page before it where it imports nothing, as what they have made is
 * used in it.
 */
export function programOf(example: Example): string {
  const own = /^import /m.test(example.text);
  const before = examplesOf(example.page).filter(({ language, line }) => language === 'ts' && line < example.line);
  const begin = before.findLastIndex(({ text: one }) => /^import /m.test(one));
  const earlier = own || begin < 0 ? [] : before.slice(begin);
  const text = [...earlier, example].map((one) => one.text).join('\n');
  const parts = PARTS.filter(({ says }) => says.test(text));
  return [...parts.map(({ before }) => before), text, ...parts.map(({ after }) => after)].join('\n');
}
