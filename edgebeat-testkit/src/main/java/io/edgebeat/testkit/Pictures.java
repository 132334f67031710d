package io.edgebeat.testkit;

import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.IndexQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** All that a state index shows: of two indexes that show the same, whatever they are made of. */
public final class Pictures {
  private Pictures() {}

  /**
   * Every row of every query, in its order.
   *
   * @param index is asked page by page
   * @return agreements, the payments of each, invoices and listings
   */
  public static List<IndexEntry> of(IndexQueries index) {
    List<IndexEntry.OfAgreement> agreements = all(index::agreements);
    List<IndexEntry> rows = new ArrayList<>(agreements);
    for (IndexEntry.OfAgreement each : agreements) {
      rows.addAll(all(key -> index.payments(each.id(), key)));
    }
    rows.addAll(all(index::invoices));
    rows.addAll(all(index::listings));
    return rows;
  }

  private static <E> List<E> all(Function<PageKey, Page<E>> query) {
    List<E> found = new ArrayList<>();
    Optional<PageKey> key = Optional.of(PageKey.first(50));
    while (key.isPresent()) {
      Page<E> page = query.apply(key.get());
      found.addAll(page.items());
      key = page.next();
    }
    return found;
  }
}
