import { OperationalError } from '#contracts/errors.js';

/** More people wait for pictures than may. */
export class RendererBusy extends OperationalError {
  override readonly name = 'RendererBusy';
}

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (why: RendererBusy) => void;
}

/**
 * Has work done one after the other, for each person in turn. Whoever is alone has all places; where all are taken, one that
 * comes takes the last place of whoever has most, unless they have as many themselves.
 */
export class FairLine {
  /** Of each person who waits, in the order of their turns. */
  private readonly lines = new Map<string, Waiting[]>();
  private taken = 0;
  private isBusy = false;

  /** @param placesMax work under way, and all that waits */
  constructor(private readonly placesMax: number) {}

  /** @throws RendererBusy when no place is to be had, or when it went to somebody else; what the work throws */
  async run<T>(who: string, work: () => Promise<T>): Promise<T> {
    if (this.taken >= this.placesMax) this.makeRoomFor(who);
    this.taken += 1;
    try {
      await this.turnOf(who);
    } catch (error) {
      this.taken -= 1;
      throw error;
    }
    try {
      return await work();
    } finally {
      this.taken -= 1;
      this.isBusy = false;
      this.beginNext();
    }
  }

  private turnOf(who: string): Promise<void> {
    return new Promise((begin, refuse) => {
      const own = this.lines.get(who) ?? [];
      own.push({ begin, refuse });
      this.lines.set(who, own);
      this.beginNext();
    });
  }

  private beginNext(): void {
    const [who, line] = this.isBusy ? [] : (this.lines.entries().next().value ?? []);
    if (who === undefined || line === undefined) return;
    this.isBusy = true;
    // to the end of the turns, with whatever else they wait for
    this.lines.delete(who);
    const first = line.shift();
    if (line.length > 0) this.lines.set(who, line);
    first?.begin();
  }

  private makeRoomFor(who: string): void {
    const own = this.lines.get(who)?.length ?? 0;
    const [greediest = '', most = []] = [...this.lines].reduce<[string, Waiting[]] | []>(
      (so, one) => (one[1].length > (so[1]?.length ?? 0) ? one : so),
      [],
    );
    const last = most.length > own + 1 ? most.pop() : undefined;
    if (last === undefined) throw new RendererBusy('too many pictures are waited for');
    if (most.length === 0) this.lines.delete(greediest);
    last.refuse(new RendererBusy('others wait for pictures, too'));
  }
}
