/** A server of live notebooks, ours or another's, as the benchmarks drive it. */

/** Where a notebook's room is. Its frames are y-protocols'. */
export interface RoomAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Hocuspocus writes the document's name before each frame, and wants to be greeted. */
  readonly document?: string;
}

export interface RoomServer {
  readonly pid: number;
  /** Opens a notebook of its folder. */
  room(name: string): Promise<RoomAddress>;
  /** As when the machine fails: no chance to write anything. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface RoomPeer {
  readonly name: string;
  /** @param port 0: any. */
  start(folder: string, port?: number): Promise<RoomServer>;
}
