/** Events of a state machine, one at a time: what the effects of one bring about waits until those are done. */
export class EventQueue<Event, Refusal> {
  private readonly take: (event: Event) => Refusal | null;
  private readonly waiting: { readonly event: Event; readonly reply?: (refusal: Refusal | null) => void }[] =
    [];
  private isDraining = false;

  /** @param take decides one event and performs its effects; gives why it was refused. */
  constructor(take: (event: Event) => Refusal | null) {
    this.take = take;
  }

  feed(event: Event, reply?: (refusal: Refusal | null) => void): void {
    this.waiting.push(reply === undefined ? { event } : { event, reply });
    if (this.isDraining) return;
    this.isDraining = true;
    try {
      for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
        const refusal = this.take(next.event);
        next.reply?.(refusal);
      }
    } finally {
      this.isDraining = false;
    }
  }

  /** Settles when the event was decided. */
  ask(event: Event): Promise<Refusal | null> {
    return new Promise((reply) => this.feed(event, reply));
  }
}
