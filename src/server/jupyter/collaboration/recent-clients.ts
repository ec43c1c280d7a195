/** Client ids, as many as were added last; also of those who have left: what they said is still repeated for a while. */
const MAX_CLIENTS = 2_000;

export class RecentClients {
  private readonly ids = new Set<number>();

  add(id: number): void {
    this.ids.delete(id);
    this.ids.add(id);
    const [oldest] = this.ids;
    if (this.ids.size > MAX_CLIENTS && oldest !== undefined) this.ids.delete(oldest);
  }

  has(id: number): boolean {
    return this.ids.has(id);
  }
}
