/** What stands on the page: the list, or one session. */
export interface View {
  /** Ends what it does; the page is the next one's. */
  close(): void;
}
