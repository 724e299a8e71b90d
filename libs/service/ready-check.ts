/** What a service needs, by name: each part answers undefined when it is there, or says what is missing. */
export type ReadyParts = Readonly<Record<string, () => Promise<string | undefined>>>;

/** Why a service is not ready, by part; empty when it is. */
export type Missing = Readonly<Record<string, string>>;

/** Anybody may ask, in a loop too: the parts are asked twice a second at most. */
const HOLDS_MS = 500;
/** Those who ask wait for seconds only; a part that is away may say nothing at all. */
const PART_MS_MAX = 2_000;

/** Asks the parts of a service whether they are there: once for all who ask meanwhile, and for those who ask soon after. */
export class ReadyCheck {
  private last: { readonly missing: Promise<Missing>; readonly begunMs: number } | undefined;
  private underWay = false;
  /** Parts that have not answered yet: none is asked twice at the same time. */
  private readonly open = new Map<string, Promise<string | undefined>>();

  /** @param nowMs a clock that never goes back */
  constructor(
    private readonly parts: ReadyParts,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** What is missing: as of now, or of half a second ago at most. A part that fails or is late "does not answer". */
  missing(): Promise<Missing> {
    const nowMs = this.nowMs();
    if (this.last === undefined || (!this.underWay && nowMs - this.last.begunMs >= HOLDS_MS)) {
      this.underWay = true;
      const missing = this.look().finally(() => (this.underWay = false));
      this.last = { missing, begunMs: nowMs };
    }
    return this.last.missing;
  }

  private async look(): Promise<Missing> {
    const answers = Object.keys(this.parts).map(async (part) => {
      const missing = await inTime(this.ask(part)).catch(() => 'does not answer');
      return missing === undefined ? [] : [[part, missing] as const];
    });
    return Object.fromEntries((await Promise.all(answers)).flat());
  }

  private ask(part: string): Promise<string | undefined> {
    const asked = this.open.get(part) ?? this.begin(part).finally(() => this.open.delete(part));
    this.open.set(part, asked);
    return asked;
  }

  private async begin(part: string): Promise<string | undefined> {
    return this.parts[part]?.();
  }
}

/** @throws Error when it takes longer than a part may */
export function inTime<T>(answer: Promise<T> | undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PART_MS_MAX} ms`)), PART_MS_MAX);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
