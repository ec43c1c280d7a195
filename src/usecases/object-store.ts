/** Where notebooks lie that are no files: behind an address such as `s3://bucket/train.ipynb`. */

export interface ObjectStore {
  /** Null when there is nothing. */
  read(address: string): Promise<Uint8Array | null>;
  /** Whole: whoever reads finds what was there before, or this. */
  write(address: string, bytes: Uint8Array): Promise<void>;
  exists(address: string): Promise<boolean>;
}
