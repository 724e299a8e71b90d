import { isJsonObject, type Json } from '#openapi/json.js';
import type { Ended } from './example-shell.js';

/** A key's first characters. */
const PREFIX = /pck_[A-Za-z0-9_-]{8}(?![A-Za-z0-9_-]{9})|pck_[A-Za-z0-9_-]{8}/;

const PLACE = /<(id|endpoint|event|assetId)>/;
/** What an open place is an id of, where its name says so. */
const NOUNS: Readonly<Record<string, string>> = { endpoint: 'webhooks', event: 'event', assetId: 'assets' };

/** What earlier commands of a page have made, for the places that later ones leave open: `<id>`, `$ID`, a key's prefix. */
export class ExampleNames {
  /** By what it is an id of, as addresses name it: `batches`, `keys`. */
  private readonly ids = new Map<string, string>();
  private last = '';
  private prefix = '';

  /** Remembers what a command's answers name. */
  note({ exchanges, out }: Ended): void {
    for (const { url, body, method, status } of exchanges) {
      const noun = /\/(?:v1|api)\/(\w+)/.exec(new URL(url).pathname)?.[1] ?? '';
      if (method === 'DELETE' && status === 204) for (const gone of [noun, 'event']) this.ids.delete(gone);
      const id = idIn(body);
      const event = isJsonObject(body) ? body['eventId'] : undefined;
      if (id !== undefined) this.ids.set(noun, (this.last = id));
      if (typeof event === 'string') this.ids.set('event', event);
    }
    this.prefix = PREFIX.exec(out)?.[0].slice(0, 12) ?? this.prefix;
  }

  /** A command with its open places filled. @param make makes what no earlier command has left, and says its id */
  async filled(command: string, make: (noun: string) => Promise<string>): Promise<string> {
    let text = command;
    for (let open = PLACE.exec(text); open !== null; open = PLACE.exec(text)) {
      const [place, name = ''] = open;
      const noun = NOUNS[name] ?? nounBefore(text.slice(0, open.index));
      const id = this.ids.get(noun) ?? (await make(noun));
      this.ids.set(noun, id);
      text = text.replace(place, id);
    }
    return text.replace(/pck_[A-Za-z0-9]{8}\b/g, () => this.prefix);
  }

  /** What examples have as variables. */
  get environment(): Readonly<Record<string, string>> {
    return { ID: this.last, EVENT: this.ids.get('event') ?? '' };
  }
}

/** `…/batches/<id>`, `clientId=<id>` and `portcullis batches errors <id>` say what it is an id of. */
function nounBefore(text: string): string {
  const [, step, member, command] = /(?:(\w+)\/|(\w+)Id=|portcullis (?:-- )?(\w+) [\w-]+ )$/.exec(text) ?? [];
  return step ?? command ?? (member === undefined ? '' : `${member}s`);
}

/** Of an answer, or of what it holds. */
function idIn(body: Json | undefined): string | undefined {
  if (!isJsonObject(body)) return undefined;
  const { id } = body;
  if (typeof id === 'string') return id;
  return Object.values(body)
    .map(idIn)
    .find((one) => one !== undefined);
}
