package io.edgebeat.core.market;

import io.edgebeat.api.ledger.LedgerEntry;

/** What keeps an index of listings up to date. */
public interface MarketFeed {
  /** Tells nobody. */
  MarketFeed NONE =
      new MarketFeed() {
        @Override
        public void apply(LedgerEntry entry) {}

        @Override
        public int retry() {
          return 0;
        }
      };

  /**
   * Takes a ledger entry into account, in the ledger's order.
   *
   * @param entry the entry
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INTERRUPTED} when fetching a document
   *     was interrupted; the entry may then be told again
   */
  void apply(LedgerEntry entry);

  /**
   * Tries again to fetch the documents that were missing.
   *
   * @return how many listings are listed now that were not before
   */
  int retry();
}
