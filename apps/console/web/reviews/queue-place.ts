/** A row of the queue: its case, and where it was. */
export interface QueuePlace {
  readonly id: string;
  readonly index: number;
}

let last: QueuePlace | undefined;

/** Where somebody was in the queue, whether in the list or at the item: whoever comes back goes on from there. */
export const lastPlace = (): QueuePlace | undefined => last;

export function rememberPlace(place: QueuePlace | undefined): void {
  last = place;
}
