package io.edgebeat.core.wallet;

import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.market.Listing;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.Partition;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a seller advertises, from the wish to the ledger's word. */
public final class ListingsState implements Partition {
  /** How a listing stands. */
  public enum Stage {
    /** Its document is being stored. */
    PUBLISHING,
    /** Its transaction is on the way. */
    ADVERTISING,
    /** It is on the ledger. */
    LIVE,
    /** It was refused. */
    FAILED,
    /** It was withdrawn. */
    ENDED
  }

  /** One listing; {@code problem} says why it failed. */
  public record Entry(Listing listing, String uri, Stage stage, @Nullable Problem problem) {}

  /** Why an advertisement was refused. */
  public record Problem(io.edgebeat.api.error.ErrorCode code, String reason) {}

  final Map<ActionKey, Action> outbox = new LinkedHashMap<>();
  final Map<String, Entry> entries = new LinkedHashMap<>();
  @Nullable Secret receiptKey;
  long sequence;
  long asked;

  @Override
  public void evolve(Fact fact) {
    switch (fact) {
      case Fact.ListingWanted f -> {
        Listing listing = f.listing();
        sequence = Math.max(sequence, listing.sequence());
        put(listing.id().toString(), new Entry(listing, f.uri(), Stage.PUBLISHING, null));
        outbox.put(new ActionKey("publish", listing.sequence()), new Action.Publish(listing));
      }
      case Fact.SecretDrawn f -> receiptKey = f.bytes();
      case Fact.Dropped f -> outbox.remove(f.key());
      case Fact.Asked f -> {
        asked = Math.max(asked, f.key().number());
        outbox.put(f.key(), new Action.Tell(f.to(), f.event()));
        if (f.event() instanceof Event.Order order
            && order.command() instanceof LedgerCommand.Advertise advertise) {
          entries.replaceAll(
              (id, e) ->
                  e.listing().id().contentHash().equals(advertise.contentHash())
                      ? new Entry(e.listing(), e.uri(), Stage.ADVERTISING, null)
                      : e);
        }
      }
      case Fact.Answered f -> {
        outbox.remove(f.key());
        String id = f.how();
        Entry e = entries.get(id);
        if (e != null && e.stage() == Stage.ADVERTISING) {
          put(id, new Entry(e.listing(), e.uri(), Stage.LIVE, null));
        }
      }
      case Fact.Failed f ->
          entries.replaceAll(
              (id, e) ->
                  e.stage() == Stage.PUBLISHING || e.stage() == Stage.ADVERTISING
                      ? new Entry(
                          e.listing(), e.uri(), Stage.FAILED, new Problem(f.code(), f.reason()))
                      : e);
      case Fact.ListingEnded f -> {
        Entry e = entries.get(f.id());
        if (e != null) {
          put(f.id(), new Entry(e.listing(), e.uri(), Stage.ENDED, null));
        }
      }
      default -> {}
    }
  }

  private void put(String id, Entry entry) {
    entries.put(id, entry);
  }

  /** A listing of this seller. */
  public Optional<Entry> entry(String id) {
    return Optional.ofNullable(entries.get(id));
  }

  /** The key that signs this seller's receipts, drawn once. */
  public Optional<Secret> receiptKey() {
    return Optional.ofNullable(receiptKey);
  }

  /** The highest sequence that was used. */
  public long sequence() {
    return sequence;
  }

  Optional<Entry> underway() {
    return entries.values().stream()
        .filter(e -> e.stage() == Stage.PUBLISHING || e.stage() == Stage.ADVERTISING)
        .findFirst();
  }

  @Override
  public Map<ActionKey, Action> outbox() {
    return Collections.unmodifiableMap(outbox);
  }

  @Override
  public Map<String, Instant> timers() {
    return Map.of();
  }

  @Override
  public boolean finished() {
    return false;
  }
}
