package io.edgebeat.testkit;

import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers which listings it was told of. */
final class Told implements ListingListener {
  private final List<String> calls = new CopyOnWriteArrayList<>();

  @Override
  public void listed(Listing listing) {
    calls.add("listed " + listing.id());
  }

  @Override
  public void unlisted(ListingId id) {
    calls.add("unlisted " + id);
  }

  List<String> calls() {
    return List.copyOf(calls);
  }
}
