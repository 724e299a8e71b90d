/** Something that changes, and one who waits until it is as it should be. */
export class Watched {
  private look: () => void = () => undefined;

  /** After every change that may end the wait. */
  tell(): void {
    this.look();
  }

  /** Resolves when that holds, or after `msMax`. One wait at a time. */
  until(holds: () => boolean, msMax: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.look = () => undefined;
        resolve();
      };
      const timer = setTimeout(finish, msMax);
      this.look = () => {
        if (holds()) finish();
      };
      this.look();
    });
  }
}
