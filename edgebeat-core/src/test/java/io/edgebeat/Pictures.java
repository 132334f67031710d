package io.edgebeat;

import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.IndexQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** All that an index shows. */
final class Pictures {
  private Pictures() {}

  /** Every row of every query, in its order. */
  static List<IndexEntry> of(IndexQueries index) {
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
