/** What the fields of a record can ask for. The same object for as long as the record is on the page. */
export type Edit = {
  readonly set: (path: string, value: unknown) => void;
  readonly add: (list: string) => void;
  readonly remove: (path: string) => void;
  readonly move: (path: string, by: 1 | -1) => void;
  /** Opens an entry to be written in; null closes the one that is open. */
  readonly write: (path: string | null) => void;
  readonly fold: (path: string) => void;
};
