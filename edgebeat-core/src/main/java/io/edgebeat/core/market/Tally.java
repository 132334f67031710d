package io.edgebeat.core.market;

import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.ListingQuery;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A view of candidates that also knows how many of them do not meet which requirement. */
public interface Tally {
  /**
   * Counts all listings by the first requirement that they do not meet.
   *
   * @param requirements in order
   * @param excluded listings that are passed over
   * @param meetsAll is told of each that meets all
   * @return how many do not meet each requirement, and then how many were passed over
   */
  int[] firstUnmet(
      List<ListingQuery> requirements, Set<ListingId> excluded, Consumer<Candidate> meetsAll);
}
