declare module 'fake-indexeddb/lib/forceCloseDatabase' {
  /** Closes a database as a killed page does: what was under way is given up. */
  export default function forceCloseDatabase(database: IDBDatabase): void
}
